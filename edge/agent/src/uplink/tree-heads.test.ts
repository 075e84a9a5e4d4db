import type { TreeHeadBody } from "@wardkey/protocol/fleet";
import { consistencyRanges, type LeafRange, leafHash, rootOf } from "@wardkey/protocol/fleet/merkle";
import { beforeEach, describe, expect, it } from "vitest";
import type { SiteAnswer } from "./device-https.js";
import { textOf } from "./kept-credentials.js";
import { TreeHeads } from "./tree-heads.js";

type Leaves = readonly Uint8Array[];
const leaves = (size: number, history = "true"): Leaves =>
  Array.from({ length: size }, (_, index) => leafHash(Buffer.from(`${history} ${index}`)));
const headOf = (log: Leaves): TreeHeadBody => ({ size: log.length, root: textOf(rootOf(log)), at: 0 });
const proofIn = (log: Leaves, from: number): readonly Uint8Array[] =>
  consistencyRanges(from, log.length).map(({ start, end }: LeafRange) => rootOf(log.slice(start, end)));

let kept: TreeHeadBody | null;
let alarms: string[];
let asked: [number, number][];
let answer: SiteAnswer<readonly Uint8Array[]>;
let heads: TreeHeads;

beforeEach(() => {
  kept = null;
  alarms = [];
  asked = [];
  answer = { ok: false, code: "site-unreachable", reached: false };
  heads = new TreeHeads({
    last: () => kept,
    keep: (head) => {
      kept = head;
    },
    proof: async (from, to) => {
      asked.push([from, to]);
      return answer;
    },
    alarm: (code) => void alarms.push(code),
    say: () => {},
  });
});

async function see(log: Leaves, proof: readonly Uint8Array[] = []): Promise<void> {
  answer = { ok: true, value: proof };
  heads.see(headOf(log));
  await heads.settled();
}

describe("heads of the site's log", () => {
  it("are kept when each continues the one before", async () => {
    await see(leaves(3));
    for (const size of [4, 7, 8, 20]) {
      const log = leaves(size);
      await see(log, proofIn(log, kept?.size ?? 0));
      expect(kept).toEqual(headOf(log));
    }
    expect([alarms, asked]).toEqual([
      [],
      [
        [3, 4],
        [4, 7],
        [7, 8],
        [8, 20],
      ],
    ]);
  });

  it.each<[string, () => Promise<void>]>([
    ["two of one size differ", () => see(leaves(5, "other"))],
    ["one is shorter than the last", () => see(leaves(4))],
    ["history was rewritten", () => see(leaves(9, "other"), proofIn(leaves(9, "other"), 5))],
    ["the proof is another's", () => see(leaves(9), proofIn(leaves(8), 5))],
    ["there is no proof", () => see(leaves(9))],
  ])("raise the alarm when %s, and the last good one stays", async (_what, next) => {
    await see(leaves(5));
    await next();
    expect([alarms, kept]).toEqual([["tree-fork"], headOf(leaves(5))]);
  });

  it("of a fleet restored from a backup raise their own alarm once, and are watched from there", async () => {
    const restored = leaves(7, "restored");
    const proven = async (log: Leaves, proof: readonly Uint8Array[] = []): Promise<void> => {
      answer = { ok: true, value: proof };
      heads.see({ ...headOf(log), era: 5 });
      await heads.settled();
    };
    await see(leaves(9));
    await proven(restored.slice(0, 6));
    expect([alarms, kept]).toEqual([["tree-restored"], { ...headOf(restored.slice(0, 6)), era: 5 }]);
    await proven(restored, proofIn(restored, 6));
    expect([alarms, kept]).toEqual([["tree-restored"], { ...headOf(restored), era: 5 }]);
    await proven(leaves(8));
    expect(alarms).toEqual(["tree-restored", "tree-fork"]);
    await see(leaves(12), proofIn(leaves(12), 7));
    expect([alarms.at(-1), kept]).toEqual(["tree-fork", { ...headOf(restored), era: 5 }]);
  });

  it("wait for a fleet that cannot be asked, and are proven when it can", async () => {
    await see(leaves(5));
    answer = { ok: false, code: "site-unreachable", reached: false };
    heads.see(headOf(leaves(6)));
    await heads.settled();
    expect([kept, alarms]).toEqual([headOf(leaves(5)), []]);
    answer = { ok: true, value: proofIn(leaves(6), 5) };
    heads.again();
    await heads.settled();
    expect([kept, alarms]).toEqual([headOf(leaves(6)), []]);
  });
});
