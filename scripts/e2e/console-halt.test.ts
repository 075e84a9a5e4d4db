import { randomUUID } from "node:crypto";
import { hours } from "@wardkey/protocol";
import { inRing } from "@wardkey/protocol/policy";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { SimulatedKiosk } from "../src/demo-fleet/simulated-kiosk.js";
import type { Entry } from "../src/demo-fleet/visits.js";
import { enrolAll } from "../src/fleet-bench/enrol.js";
import { pemOf } from "../src/m2m/site-https.js";
import { ConsoleSite } from "./test-support/console-site.js";
import type { PersonAtBrowser } from "./test-support/person.js";

const BY = { id: "olga", name: "Olga", role: "security-officer" } as const;
const DAY_MS = 86_400_000;
const FIRST_RING_PERCENT = 1;
const SESSIONS = 60;

let site: ConsoleSite;
let anna: PersonAtBrowser;
const kiosks: SimulatedKiosk[] = [];

vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  site = await ConsoleSite.start();
  anna = await site.enter({ login: "anna", role: "administrator", width: 1440 });
}, 120_000);
afterAll(async () => {
  for (const kiosk of kiosks) await kiosk.stop();
  await site?.remove();
});

/** Two people signed another policy; it spreads ring by ring. Resolves with the salt that draws its devices. */
async function spread(): Promise<string> {
  const { policies, rollouts } = site.fleet.rules;
  const { draft } = good(await policies.drafts.open({ by: BY.id }));
  const { args } = good(await policies.publishing.proposeDraft({ ...draft, pace: "rings", by: BY }));
  good(
    await policies.publishing.execute(args, { approval: randomUUID(), proposer: BY.id, approvers: [BY.id, "anna"] }),
  );
  const salt = rollouts.head()?.rollout?.salt;
  if (salt === undefined) throw new Error("nothing is rolled out");
  return salt;
}

function good<T extends { readonly ok: boolean }>(answer: T): Extract<T, { readonly ok: true }> {
  if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer)}`);
  return answer as Extract<T, { readonly ok: true }>;
}

/** Two kiosks with certificates of their own on the real broker: one that is offered the new policy, one that is not. */
async function connectTwo(salt: string): Promise<readonly [SimulatedKiosk, SimulatedKiosk]> {
  const { machines, mqttUrl, rootCertificate } = site.fleet;
  const drawn = (isOffered: boolean): string => {
    for (let count = 1; ; count += 1) {
      if (inRing(`bed-${count}`, salt, FIRST_RING_PERCENT) === isOffered) return `bed-${count}`;
    }
  };
  const tickets = await Promise.all(
    [drawn(true), drawn(false)].map(async (id) => {
      good(await machines.devices.registry.add({ id, name: id, ward: "ICU", kind: "kiosk", tags: [] }, "machine"));
      return good(await machines.pki.issueTicket({ device: id, profile: "kiosk", ttl: hours(1) })).ticket;
    }),
  );
  const ca = pemOf(rootCertificate);
  const { devices } = await enrolAll(tickets, ca);
  const [offered, control] = devices.map(
    (device) => new SimulatedKiosk(device, { url: mqttUrl, ca, site: "st-mary" }, Date.now() + DAY_MS),
  );
  if (offered === undefined || control === undefined) throw new Error("a kiosk was not enrolled");
  kiosks.push(offered, control);
  for (const kiosk of kiosks) await kiosk.connect();
  return [offered, control];
}

/** One person at a kiosk, over and over: locked as somebody who left, and back so soon after. */
function sessions(backAfterMs: number): Entry[] {
  const staffId = "bo-verdi";
  let at = Date.now() - 4 * 3_600_000;
  return Array.from({ length: SESSIONS }, () => {
    const session = randomUUID();
    at += 120_000;
    const unlocked = { session, staffId, way: "face", branch: "bare", ms: 600 } as const;
    return [
      { at, kind: "session.unlocked", body: unlocked },
      { at: at + 120_000 - backAfterMs, kind: "session.locked", body: { reason: "walked-away", session, staffId } },
    ] satisfies Entry[];
  }).flat();
}

describe("a roll-out that does harm", () => {
  it("halts by itself before the eyes of whoever follows it, and says why", async () => {
    const { page } = anna;
    const [offered, control] = await connectTwo(await spread());
    await anna.visit("#/rollout");
    await page.getByText(/^now, until/).waitFor();
    await control.journal(sessions(90_000));
    await offered.journal(sessions(10_000));

    await page.getByText("halted here").waitFor({ timeout: 60_000 });
    await page.getByText("Why: more false locks than with the policy before").waitFor();
    await page
      .getByText(/^Policy 2 is offered to nobody more/)
      .first()
      .waitFor();
    // What it saw when it halted, not what came after.
    const measured = await site.fleet.rules.rollouts.measured();
    if (measured === null) throw new Error("nothing was measured");
    const { candidate, control: others } = measured;
    expect([candidate.falseLocks > 5, others.falseLocks]).toEqual([true, 0]);
    for (const { falseLocks, locks } of [candidate, others]) {
      const share = new RegExp(`^${falseLocks} of ${locks} `);
      await page.getByRole("cell", { name: share }).first().waitFor();
    }
    expect(await page.getByRole("button", { name: "Halt", exact: true }).count()).toBe(0);
    expect(await anna.violations()).toEqual([]);
    expect(anna.complaints).toEqual([]);
  });

  it("stands in the audit as the fleet's own act, and on the pages that say what waits", async () => {
    const halted = (await site.fleet.records.audit.newest(50)).find(({ kind }) => kind === "policy.rollout-halted");
    expect(halted?.body).toEqual({ version: 2, by: "fleet", percent: 1, reason: "more-false-locks" });
    await anna.visit("#/policy");
    await anna.page.getByText("A roll-out is halted and waits for somebody.").waitFor();
  });

  it("goes on when somebody says so, and not before", async () => {
    await anna.visit("#/rollout");
    await anna.button("Resume").click();
    await anna.page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
    await anna.page.getByText("Policy 2 goes on.").waitFor();
    expect(site.fleet.rules.rollouts.head()?.rollout).toMatchObject({ status: "running", stage: 2, ring: 0 });
  });
});
