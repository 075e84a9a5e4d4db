import { describe, expect, it } from "vitest";
import { type ScanVerdict, ScanWatch } from "./scan-watch.js";

const SECOND = 1_000;

/** Looks once a second, as the radio does, and notes when it would do something. */
function watched(seconds: number, input: { hears?: (second: number) => boolean; answers?: boolean; links?: number }) {
  const watch = new ScanWatch(0, false);
  if (input.answers !== false) watch.answered();
  const done: [number, ScanVerdict][] = [];
  for (let second = 1; second <= seconds; second += 1) {
    const at = second * SECOND;
    if (input.hears?.(second) === true) watch.heard(at);
    const verdict = watch.verdict(at, input.links ?? 0);
    if (verdict === "well") continue;
    done.push([second, verdict]);
    if (verdict !== "scan-again") break;
    watch.scanned(at);
    if (input.answers !== false) watch.answered();
  }
  return done;
}

describe("the watch over a scan", () => {
  it("leaves a scan alone that hears", () => {
    expect(watched(600, { hears: (second) => second % 4 === 0 })).toEqual([]);
  });

  it("begins a silent scan anew, more and more rarely, and then asks for the adapter to be opened anew", () => {
    expect(watched(600, {})).toEqual([
      [5, "scan-again"],
      [15, "scan-again"],
      [35, "scan-again"],
      [75, "scan-again"],
      [115, "scan-again"],
      [120, "silent"],
    ]);
  });

  it("is patient no longer than before once something was heard", () => {
    expect(watched(30, { hears: (second) => second === 16 })).toEqual([
      [5, "scan-again"],
      [15, "scan-again"],
      [21, "scan-again"],
    ]);
  });

  it("does not open the adapter anew for silence while a phone is linked", () => {
    expect(watched(600, { links: 1 }).some(([, verdict]) => verdict === "silent")).toBe(false);
  });

  it("calls a controller hung that neither answers nor hears", () => {
    expect(watched(60, { answers: false })).toEqual([[3, "hung"]]);
  });

  it("believes what it hears over an answer that did not come", () => {
    expect(watched(60, { answers: false, hears: () => true })).toEqual([]);
  });

  it("begins anew what somebody else ended, at most once a second", () => {
    const watch = new ScanWatch(0, false);
    watch.answered();
    const verdicts: ScanVerdict[] = [];
    for (const at of [200, 400, 900, 1_000, 1_100, 2_000]) {
      watch.heard(at);
      watch.ended();
      const verdict = watch.verdict(at, 0);
      verdicts.push(verdict);
      if (verdict !== "scan-again") continue;
      watch.scanned(at);
      watch.answered();
    }
    expect(verdicts).toEqual(["well", "well", "well", "scan-again", "well", "scan-again"]);
  });

  it("waits long before the next opening after one for silence", () => {
    const watch = new ScanWatch(0, true);
    watch.answered();
    const silentAt = Array.from({ length: 1_000 }, (_, second) => second * SECOND).find((at) => {
      const verdict = watch.verdict(at, 0);
      if (verdict === "scan-again") {
        watch.scanned(at);
        watch.answered();
      }
      return verdict === "silent";
    });
    expect(silentAt).toBe(900 * SECOND);
  });
});
