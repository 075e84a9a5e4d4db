import { describe, expect, it } from "vitest";
import type { SiteAnswer } from "../uplink/index.js";
import { createFleetJudge } from "./index.js";

const CODE = { way: "code", code: "7QK4-MZ93" } as const;
const CARLA = { staffId: "carla", displayName: "Carla", role: "nurse", way: "code", weak: false } as const;

/** A judge whose fleet answers as told; `null`: not before somebody stops waiting. */
function judge(answer: SiteAnswer<unknown> | null, signal = new AbortController().signal) {
  const asked: unknown[] = [];
  const post = (path: string, body: unknown): Promise<SiteAnswer<never>> => {
    asked.push([path, body]);
    return answer === null ? new Promise(() => {}) : Promise.resolve(answer as SiteAnswer<never>);
  };
  return { asked, judged: createFleetJudge({ site: { post } }).judge(CODE, signal) };
}

describe("the fleet as the judge of codes and PINs", () => {
  it("is asked over the kiosk's own line, with what was typed and nothing else", async () => {
    const { asked, judged } = judge({ ok: true, value: CARLA });
    expect(await judged).toEqual({ ok: true, who: CARLA });
    expect(asked).toEqual([["/v1/kiosk/identify", CODE]]);
  });

  it.each<[string, boolean, number | undefined, string, number | null]>([
    ["identify-refused", true, undefined, "way-wrong", null],
    ["identify-locked", true, 29_500.2, "way-locked", 29_501],
    ["identify-locked", true, 86_400_000, "way-locked", 900_000],
    ["identify-busy", true, undefined, "way-crowded", null],
    ["rate-limited", true, undefined, "way-crowded", null],
    ["storage-unavailable", true, undefined, "way-unreachable", null],
    ["site-unreachable", false, undefined, "way-unreachable", null],
    ["ECONNREFUSED", false, undefined, "way-unreachable", null],
    ["identity-missing", false, undefined, "way-unreachable", null],
    ["device-denied", true, undefined, "way-refused", null],
    ["site-answer-malformed", true, undefined, "way-refused", null],
  ])("that says %s (reached: %s) is told as a code of its own", async (code, reached, retryAfter, told, wait) => {
    const wanted = retryAfter === undefined ? {} : { retryAfter };
    expect(await judge({ ok: false, code, reached, ...wanted }).judged).toEqual({
      ok: false,
      code: told,
      retryAfter: wait,
    });
  });

  it("that answers about another way is not believed", async () => {
    const { judged } = judge({ ok: true, value: { ...CARLA, way: "badge" } });
    expect(await judged).toEqual({ ok: false, code: "way-refused", retryAfter: null });
  });

  it("is not waited for by who has gone", async () => {
    const abort = new AbortController();
    const { judged } = judge(null, abort.signal);
    abort.abort();
    expect(await judged).toEqual({ ok: false, code: "way-unreachable", retryAfter: null });
  });
});
