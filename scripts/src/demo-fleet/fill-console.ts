import { setTimeout as delay } from "node:timers/promises";
import type { Fleet } from "@wardkey/fleet-server";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import { PolicyContent } from "@wardkey/protocol/policy";
import { z } from "zod";
import { kioskOf } from "./cast.js";
import { simulatedInventory } from "./simulated-inventory.js";
import { SimulatedOfficer } from "./simulated-officer.js";
import type { SimulatedWard } from "./swarm-messages.js";

const LOOK_EVERY_MS = 500;
/** The shortest time that the site compares a trial with. */
const SHORTEST_BASELINE_DAYS = 7;
/** What is journaled last is counted a few seconds later. */
const COUNTED_WITHIN_MS = 30_000;
const WARDS_WITH_LESSON = 4;
const LESSON = "unlocked-workstations";
const TRIALS = [
  { behaviour: "left-unlocked", instrument: { kind: "nudge", template: "phone-goes-along" } },
  { behaviour: "veil-dismissed", instrument: { kind: "lesson", lesson: LESSON } },
] as const;

export interface ConsoleFilling {
  readonly fleet: Fleet;
  readonly kiosks: number;
  readonly wards: readonly SimulatedWard[];
  /** How many days the journals go back that the kiosks bring along, and when all of them are in. */
  readonly historyDays: number;
  readonly caughtUp: Promise<unknown>;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const Draft = z.object({ id: z.string(), revision: z.number(), content: PolicyContent });
const Saved = z.object({ outcome: z.literal("saved"), draft: Draft });
const Proposed = z.object({ outcome: z.literal("proposed"), approval: z.string(), needs: z.literal(1) });
const Waiting = z.object({ id: z.string() });

/**
 * Does at the console what its people would have done by now, so that each of its pages has something to show: over its
 * HTTP interface, as an officer who does not exist. Begins when the first administrator is in, and says how far it is.
 */
export async function fillConsole(filling: ConsoleFilling): Promise<void> {
  const { fleet, kiosks, wards, caughtUp, say, signal } = filling;
  const until = (): Promise<unknown> => delay(LOOK_EVERY_MS, null, { signal });
  try {
    while (await fleet.auth.administrators.none()) await until();
    const officer = await SimulatedOfficer.enter(fleet);
    const step = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      if (signal.aborted) return;
      // One page without its figures is not the others'.
      const done = await work().then(
        () => "",
        (error: unknown) => `: not done [${codeOf(error)}]`,
      );
      say(`  simulated officer: ${what}${done}`);
    };
    await step("an inventory with vulnerabilities that do not exist", () =>
      officer.ask(
        "POST",
        "/v1/risk/imports/simulated-inventory?what=inventory&dryRun=false",
        simulatedInventory(kiosks),
        "application/vnd.cyclonedx+json",
      ),
    );
    await step("lessons for four wards and one person", () => giveLessons(officer, wards));
    await step("a policy that spreads ring by ring", () => rollOut(officer));
    await step("a draft of the next policy", () => writeDraft(officer, "Simulated draft: shorter leases still", 2));
    await step("a proposal that waits for a second person", () => proposeErasing(officer, kioskOf(kiosks).id));
    await Promise.race([caughtUp, aborted(signal)]);
    await step("a trial of a nudge and one of a lesson", () => registerTrials(officer, filling));
  } catch (error) {
    if (!signal.aborted) say(`  simulated officer: stopped [${codeOf(error)}]`);
  }
}

async function giveLessons(officer: SimulatedOfficer, wards: readonly SimulatedWard[]): Promise<void> {
  const path = "/v1/training/assignments";
  for (const { name } of wards.slice(0, WARDS_WITH_LESSON)) {
    await officer.ask("POST", path, { lesson: LESSON, to: { kind: "ward", ward: name } });
  }
  const staffId = wards.at(-1)?.people[0];
  if (staffId === undefined) return;
  await officer.ask("POST", path, { lesson: "insecure-sharing", to: { kind: "person", staffId } });
}

/** A stricter policy, signed by who proposed it: that needs nobody else. */
async function rollOut(officer: SimulatedOfficer): Promise<void> {
  const { id, revision } = await writeDraft(officer, "Simulated: shorter leases, ring by ring", 1);
  const body = { revision, pace: "rings" };
  const { approval } = Proposed.parse(await officer.ask("POST", `/v1/policy/drafts/${id}/propose`, body));
  await officer.sign(approval);
}

async function writeDraft(officer: SimulatedOfficer, note: string, hoursLess: number): Promise<z.infer<typeof Draft>> {
  const { id, revision, content } = Draft.parse(await officer.ask("POST", "/v1/policy/drafts", {}));
  const { base } = content;
  const stricter = { ...base, "lease.hours": Math.max(1, base["lease.hours"] - hoursLess) };
  const body = { revision, content: { ...content, note, base: stricter } };
  return Saved.parse(await officer.ask("PUT", `/v1/policy/drafts/${id}`, body)).draft;
}

/** Of a kiosk that never came: whoever looks may sign as the second person, and nothing is lost. */
async function proposeErasing(officer: SimulatedOfficer, device: string): Promise<void> {
  const proposed = await officer.ask("POST", "/v1/approvals", { kind: "device.wipe", args: { device } });
  await officer.sign(Waiting.parse(proposed).id);
}

async function registerTrials(officer: SimulatedOfficer, { historyDays, signal }: ConsoleFilling): Promise<void> {
  await officer.comeBack();
  const latest = Date.now() + COUNTED_WITHIN_MS;
  for (const trial of TRIALS) {
    for (;;) {
      const body = { ...trial, days: 14, baselineDays: Math.max(SHORTEST_BASELINE_DAYS, historyDays) };
      const refused = await officer.ask("POST", "/v1/nudges/trials", body).then(
        () => null,
        (error: unknown) => error,
      );
      if (refused === null) break;
      if (codeOf(refused) !== "trial-too-few-wards" || Date.now() > latest) throw refused;
      await delay(LOOK_EVERY_MS, null, { signal });
    }
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const stop = (): void => reject(new WardkeyError("stopped", "the demo ends"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
