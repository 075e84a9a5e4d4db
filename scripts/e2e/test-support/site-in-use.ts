import type { Fleet } from "@wardkey/fleet-server";
import { ConsoleSite } from "./console-site.js";
import { connectKiosk, emergencyOf } from "./kiosk-on-the-broker.js";
import type { PersonAtBrowser } from "./person.js";
import { taps } from "./taps.js";
import { measuredTaps, WardJournals } from "./ward-journals.js";

const WARDS = ["Cardiology", "Emergency", "Intensive care", "Maternity", "Surgery", "Theatre"];
const BY = { id: "olga", name: "Olga", role: "security-officer" } as const;
const ASSETS = `id,kind,name,zone,impact,exposure,connects
ehr,service,Patient records,,7,low,ehr-db
ehr-db,data,Records database,,10,none,
bed-0,device,Bed 0,Cardiology,5,medium,ehr
gateway,device,Remote access,DMZ,2,internet,ehr
`;
const LESSON = "unlocked-workstations";

export interface SiteInUse {
  readonly site: ConsoleSite;
  /** A policy that somebody writes. */
  readonly draft: string;
}

/** A site where every page of the console has something to show. `note`: why its newest policy was written. */
export async function startSiteInUse({
  siteName,
  note,
}: {
  siteName?: string;
  note?: string;
} = {}): Promise<SiteInUse> {
  const site = await ConsoleSite.start({ wards: WARDS, ...(siteName === undefined ? {} : { siteName }) });
  try {
    await fillMachines(site.fleet);
    await fillPeople(site.fleet);
    await breakGlass(site.fleet);
    const draft = await fillPolicies(site.fleet, note);
    const administrator = await site.enter({ login: "anna", role: "administrator" });
    await importAssets(administrator);
    await site.leave();
    await site.fleet.records.heads.renew();
    return { site, draft };
  } catch (error) {
    await site.remove();
    throw error;
  }
}

async function fillMachines({ machines, records, nudging, figures, risks, auth }: Fleet): Promise<void> {
  const journals = new WardJournals();
  for (const [place] of WARDS.entries()) {
    await machines.devices.registry.act(`bed-${place}`, "enrol");
    nudging.note(`bed-${place}`, journals.work(place, { people: 12, days: 20, every: 4 + place }));
    figures.note(`bed-${place}`, measuredTaps(place));
  }
  await nudging.nudges.flush();
  await records.audit.take("bed-0", taps());
  await risks.risk.redraw();
  risks.risk.note("bed-0", [
    { seq: 1, at: Date.now(), kind: "camera.lost", body: { reason: "camera-injected" } },
    { seq: 2, at: Date.now(), kind: "policy.expired", body: { version: 1 } },
  ]);
  await auth.approvals.propose({ kind: "device.wipe", args: { device: "bed-3" }, by: BY });
}

async function fillPeople({ staff, auth, nudging }: Fleet): Promise<void> {
  const record = { role: "nurse", wards: [], employment: "staff", hrId: null, endsAt: null } as const;
  await staff.directory.add({ givenName: "Bruno", familyName: "Neri", ...record }, "machine");
  const waits = { kind: "invitation", login: "carla", name: "Carla", role: "operator", by: "machine" } as const;
  await auth.invitations.invite(crypto.randomUUID(), waits);
  const instrument = { kind: "nudge", template: "phone-goes-along" } as const;
  good(await nudging.trials.register({ behaviour: "left-unlocked", instrument, days: 14, baselineDays: 14 }, BY.id));
  const to = { kind: "ward", ward: "Cardiology" } as const;
  good(await nudging.training.assign({ lesson: LESSON, to, because: null, by: BY.id }));
}

/** At a kiosk that went off the network afterwards. */
async function breakGlass(fleet: Fleet): Promise<void> {
  const kiosk = await connectKiosk(fleet, { id: "bed-9", name: "Bed 9", ward: "Emergency" });
  await kiosk.journal(emergencyOf("bruno-neri").entries);
  await kiosk.stop();
}

/** Another policy spreads, and somebody writes the next one. Resolves with its draft. */
async function fillPolicies({ rules }: Fleet, note = ""): Promise<string> {
  const { drafts, publishing } = rules.policies;
  const { id, revision, content } = good(await drafts.open({ by: BY.id })).draft;
  const { draft } = good(await drafts.save(id, { revision, content: { ...content, note }, by: BY.id }));
  const { args } = good(await publishing.proposeDraft({ ...draft, pace: "rings", by: BY }));
  const approval = { approval: crypto.randomUUID(), proposer: BY.id, approvers: [BY.id, "anna"] };
  good(await publishing.execute(args, approval));
  return good(await drafts.open({ by: BY.id })).draft.id;
}

/** As the page itself sends a file. */
async function importAssets({ page }: PersonAtBrowser): Promise<void> {
  const answered = await page.evaluate(async (body) => {
    const headers = { "content-type": "text/csv" };
    return (await fetch("v1/risk/imports/cmdb?what=inventory&dryRun=false", { method: "POST", headers, body })).status;
  }, ASSETS);
  if (answered >= 300) throw new Error(`the assets were refused: ${answered}`);
}

function good<T extends { readonly ok: boolean }>(answer: T): Extract<T, { readonly ok: true }> {
  if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer)}`);
  return answer as Extract<T, { readonly ok: true }>;
}
