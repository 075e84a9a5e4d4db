import { startAssumptions } from "@wardkey/protocol/value";
import { expect } from "vitest";
import type { ConsoleSite } from "./console-site.js";
import type { Address } from "./pages-of-console.js";
import { payload } from "./payload.js";
import type { PersonAtBrowser } from "./person.js";
import { startSiteInUse } from "./site-in-use.js";

const REF = payload("ref");
const ASSET = `id,kind,name,zone,impact,exposure,connects
${REF},data,${payload("asset")},${payload("zone")},9,none,
bed-0,device,Bed 0,Cardiology,5,medium,${REF}
`;
const PERSON = {
  givenName: payload("given"),
  familyName: payload("family"),
  role: payload("role"),
  wards: [payload("pward")],
  ...{ employment: "staff", hrId: null, endsAt: null },
};
const DEVICE = { name: payload("dname"), ward: payload("dward"), kind: "kiosk", tags: [] };

export interface SiteOfPayloads {
  readonly site: ConsoleSite;
  /** An administrator whose own name is one. */
  readonly person: PersonAtBrowser;
  readonly draft: string;
  /** Where each is to be read, by its mark. */
  readonly where: Readonly<Record<string, readonly Address[]>>;
}

/** A site in use in which every text that people, browsers or files can give is a payload. */
export async function startSiteOfPayloads(): Promise<SiteOfPayloads> {
  const { site, draft } = await startSiteInUse({ siteName: payload("site"), note: payload("signed") });
  try {
    const person = await site.enter({ role: "administrator", login: "strange", name: payload("myself") });
    const done = async (method: string, path: string, body: object): Promise<void> =>
      expect([path, await person.asks(method, path, body)]).toEqual([path, null]);
    await done("POST", "/v1/devices", { id: "strange-1", ...DEVICE });
    await done("POST", "/v1/staff", PERSON);
    await done("PUT", "/v1/operators/bruno-neri", { wards: [payload("oward")] });
    await done("POST", "/v1/administrators", { login: "vera", name: payload("invited"), role: "viewer" });
    await done("POST", "/v1/administrators", { login: "otto", name: payload("proposal"), role: "administrator" });
    await done("POST", "/v1/tokens", { name: payload("token"), role: "viewer", days: 1 });
    const ward = { kind: "ward", ward: payload("dward") };
    await done("POST", "/v1/training/assignments", { lesson: "unlocked-workstations", to: ward });
    await person.sends("/v1/risk/imports/strange?what=inventory&dryRun=false", "text/csv", ASSET);
    const { drafts } = site.fleet.rules.policies;
    const { revision, content } = (await drafts.one(draft)) ?? expect.fail("the draft is gone");
    const groups = { ...content.groups, strange: { wards: [payload("gward")] } };
    const changed = { ...content, note: payload("note"), groups };
    await done("PUT", `/v1/policy/drafts/${draft}`, { revision, content: changed });
    // What browsers and authenticators say of themselves.
    await site.tamper(`update sessions set browser = '${payload("browser")}'`);
    await site.tamper(`update passkeys set name = '${payload("key")}'`);
    const [added] = (await site.fleet.staff.directory.find({ search: "onerror", limit: 1 })).people;
    return { site, person, draft, where: placesOf({ draft, staffId: added?.staffId ?? "" }) };
  } catch (error) {
    await site.remove();
    throw error;
  }
}

function placesOf({ draft, staffId }: { draft: string; staffId: string }): SiteOfPayloads["where"] {
  const [device, person]: Address[] = ["#/devices/strange-1", `#/people/${staffId}`];
  return {
    site: ["#/settings"],
    dname: ["#/devices", ...(device === undefined ? [] : [device])],
    dward: ["#/devices", "#/training"],
    given: ["#/people", ...(person === undefined ? [] : [person])],
    family: ["#/people"],
    role: ["#/people"],
    pward: ["#/people"],
    oward: ["#/settings"],
    invited: ["#/administrators"],
    myself: ["#/administrators", "#/account"],
    proposal: ["#/approvals"],
    token: ["#/account"],
    browser: ["#/account"],
    key: ["#/account"],
    note: ["#/policy", `#/policy/${draft}`],
    gward: [`#/policy/${draft}?view=read`, `#/policy/${draft}?view=changes`],
    signed: ["#/policy", "#/policy/version-2"],
    asset: ["#/risk", `#/risk/${encodeURIComponent(`data:${REF}`)}`],
    zone: ["#/risk"],
  };
}

const answer = (template: string) => ({ mode: "everywhere", template, lesson: null, lessonAfter: 3 });
const ANSWERS = {
  "left-unlocked": answer("phone-goes-along"),
  "veil-dismissed": answer("veil-guards"),
  "shared-badge": answer("badge-is-signature"),
  "break-glass-no-reason": answer("say-which-emergency"),
};
const PROGRAMME = { version: 0, answers: ANSWERS, caps: { hoursBetween: 1, aWeek: 20 } };

/** Texts that are names of things, to which the site gives a form: what each is refused with. */
export const NO_TEXT = [
  ["POST", "/v1/devices", { ...DEVICE, id: payload("id") }],
  ["POST", "/v1/devices", { ...DEVICE, id: "strange-2", tags: [payload("tag")] }],
  ["POST", "/v1/devices/bed-0/quarantine", { reason: payload("reason") }],
  ["POST", "/v1/staff", { ...PERSON, hrId: payload("number") }],
  ["POST", "/v1/staff/bruno-neri/suspend", { reason: payload("reason") }],
  ["PUT", `/v1/operators/${encodeURIComponent(payload("id"))}`, { wards: null }],
  ["POST", "/v1/m2m/pairs", { from: "bed-0", to: "bed-1", channel: payload("channel") }],
  ["POST", "/v1/administrators", { login: payload("login"), name: "Vera", role: "viewer" }],
  ["POST", `/v1/risk/imports/${encodeURIComponent(payload("source"))}?what=inventory&dryRun=false`, {}],
  ["POST", `/v1/risk/detections/${crypto.randomUUID()}/dismiss`, { reason: payload("reason") }],
  [
    "POST",
    "/v1/nudges/trials",
    { behaviour: "left-unlocked", instrument: { kind: "nudge", template: payload("words") }, days: 7, baselineDays: 7 },
  ],
  ["PUT", "/v1/nudges/programme", { ...PROGRAMME, answers: { ...ANSWERS, "left-unlocked": answer(payload("words")) } }],
  ["POST", "/v1/training/assignments", { lesson: payload("lesson"), to: { kind: "ward", ward: "Cardiology" } }],
  [
    "PUT",
    "/v1/value/assumptions",
    { version: 0, assumptions: { ...startAssumptions(), loginBefore: payload("number") } },
  ],
] as const;
