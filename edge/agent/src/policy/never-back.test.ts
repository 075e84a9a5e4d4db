import { days, hours } from "@wardkey/protocol";
import { signPolicy } from "@wardkey/protocol/policy/signed";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { SimulatedTime } from "../testing/simulated-time.js";
import type { PolicyRef } from "./mark.js";
import { PolicyInForce } from "./policy-in-force.js";
import { type FilesSnapshot, MemoryFiles } from "./testing/memory-files.js";
import { openPolicyDesk } from "./testing/policy-desk.js";

const VERSIONS = 6;
const RUNS = process.env["WARDKEY_CAMPAIGN"] === "1" ? 3_000 : 100;
const NOW = new SimulatedTime().now();

/** Policies of every kind that a history may state: each version twice, as after a fork, and what must never be taken. */
let pool: readonly string[];
let trust: Awaited<ReturnType<typeof openPolicyDesk>>["trust"];
beforeAll(async () => {
  const desk = await openPolicyDesk("st-mary", NOW);
  const stranger = await openPolicyDesk("st-mary", NOW);
  trust = desk.trust;
  const made: string[] = [];
  for (let version = 1; version <= VERSIONS; version += 1) {
    made.push((await desk.sign({ version })).jws);
    made.push((await desk.sign({ version, note: "signed twice" })).jws);
    made.push((await desk.sign({ version, expiresAt: NOW + hours(30) })).jws);
    made.push((await desk.sign({ version, issuedAt: NOW + days(1) })).jws);
    made.push((await stranger.sign({ version })).jws);
    made.push((await signPolicy(desk.document({ version, site: "st-else" }), desk.issuer)).jws);
    made.push((await desk.sign({ version })).jws.replace(/.{8}$/, "AAAAAAAA"));
  }
  pool = [...made, "", "a.b.c"];
});

const policyIndex = fc.nat(VERSIONS * 7 + 1);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("head" as const),
      stable: policyIndex,
      candidate: fc.option(policyIndex),
      percent: fc.nat(100),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("replay" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("killed-while-writing" as const), after: fc.nat(1), stable: policyIndex }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("restore" as const),
      which: fc.nat(),
      what: fc.constantFrom("policy", "mark", "both", "deleted"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("later" as const), hours: fc.nat(40) }) },
);

interface Head {
  readonly stable: string;
  readonly candidate: { readonly policy: string; readonly percent: number; readonly salt: string } | null;
}

// threats.md, row 12.
describe("the version of the policy in force", () => {
  it("never goes back, and never names two policies: over replays, forks, kills, restarts and restored files", async () => {
    let refused = 0;
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const time = new SimulatedTime();
        const files = new MemoryFiles();
        const snapshots: FilesSnapshot[] = [files.snapshot()];
        const heads: Head[] = [];
        // The journal is durable and is not put back: the chain and its checkpoints show that (row 16).
        let journalled: PolicyRef | null = null;
        const seen: PolicyRef[] = [];
        const open = (): Promise<PolicyInForce> =>
          PolicyInForce.open({
            files,
            floor: "production",
            device: () => ({ device: "bed-7", kind: "kiosk", ward: "ICU", tags: [] }),
            trust: () => trust,
            at: () => time.now(),
            timers: time,
            journalled,
            record: (record) => {
              if (record.kind !== "policy.in-force") return;
              const { version, digest } = record.body;
              journalled = { version, digest };
            },
            log: () => {},
          });
        let policy = await open();
        // Who was killed does nothing any more.
        const reopen = async (): Promise<void> => {
          await policy.stop();
          policy = await open();
        };
        const state = async (head: Head): Promise<void> => {
          const answer = await policy.accept(head);
          if (answer.ok) taken += 1;
          else refused += 1;
        };
        for (const each of steps) {
          switch (each.do) {
            case "head": {
              const candidate =
                each.candidate === null
                  ? null
                  : { policy: pool[each.candidate] ?? "", percent: each.percent, salt: "s" };
              const head = { stable: pool[each.stable] ?? "", candidate };
              heads.push(head);
              await state(head);
              break;
            }
            case "replay": {
              const head = heads[each.which % Math.max(1, heads.length)];
              if (head !== undefined) await state(head);
              break;
            }
            case "killed-while-writing":
              files.writesLeft = each.after;
              await state({ stable: pool[each.stable] ?? "", candidate: null });
              files.writesLeft = Number.POSITIVE_INFINITY;
              await reopen();
              break;
            case "restore": {
              const old = snapshots[each.which % snapshots.length] ?? files.snapshot();
              if (each.what === "deleted") files.restore({ kept: null, marked: null });
              if (each.what !== "mark" && each.what !== "deleted") files.kept = old.kept;
              if (each.what !== "policy" && each.what !== "deleted") files.marked = old.marked;
              await reopen();
              break;
            }
            case "restart":
              await reopen();
              break;
            case "later":
              await time.advance(hours(each.hours));
              break;
          }
          snapshots.push(files.snapshot());
          const now = policy.reference();
          if (now !== null) seen.push(now);
          const last = seen.at(-2);
          if (now !== null && last !== undefined) {
            expect(now.version).toBeGreaterThanOrEqual(last.version);
            if (now.version === last.version) expect(now.digest).toBe(last.digest);
          }
        }
      }),
      { numRuns: RUNS },
    );
    // The histories reach both sides of the rule.
    expect(taken).toBeGreaterThan(RUNS / 10);
    expect(refused).toBeGreaterThan(RUNS / 10);
  });
});
