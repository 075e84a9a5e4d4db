import { IdentifyRequest } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AgentWard, type ScreenPage } from "../testing/agent-ward.js";

const CODE = "7QK4-MZ93-TB0V-5J8H-XN2D-RG6W-CA";

let ward: AgentWard;
let page: ScreenPage;
/** What the simulated fleet answers to the next code. */
let answer: () => Promise<{ status: number; body: string }> | { status: number; body: string };

beforeEach(async () => {
  ward = await AgentWard.open();
  await ward.certify();
  answer = () => ({ status: 200, body: JSON.stringify(CARLA) });
  ward.fleet.on("POST /v1/kiosk/identify", async (body) => {
    expect(IdentifyRequest.parse(JSON.parse(body))).toEqual({ way: "code", code: CODE });
    return await answer();
  });
  page = await ward.page(await ward.start());
  await page.until((view) => view.health.fleet === "ok" && view.ways !== null);
});
afterEach(() => ward.close());

const CARLA = { staffId: "carla", displayName: "Carla", role: "nurse", way: "code", weak: false };
const refusal = (status: number, code: string, more: object = {}) => ({
  status,
  body: JSON.stringify({ type: "about:blank", title: code, status, code, ...more }),
});
const enter = () => page.say({ type: "enter-code", code: CODE });
const told = async () =>
  (await ward.journaled()).filter(({ kind }) => /^(session|tap)\./.test(kind)).map(({ kind, body }) => [kind, body]);

describe("a code typed at a kiosk that runs", () => {
  it("opens although the camera sees nothing, is journaled first, and ends by the fleet's word", async () => {
    ward.senses.vision.camera({ state: "down", code: "camera-gone" });
    await page.until((view) => view.session.state === "degraded");
    enter();
    const { session } = await page.until((view) => view.session.state === "unlocked");
    expect(session).toMatchObject({ name: "Carla", until: expect.any(Number) });
    expect(await told()).toEqual([
      ["session.unlocked", expect.objectContaining({ staffId: "carla", way: "code", weak: false })],
    ]);
    await ward.fleet.deny({ holders: ["carla"] });
    await page.until((view) => view.session.state !== "unlocked");
    await expect
      .poll(async () => (await told()).at(-1))
      .toEqual(["session.locked", expect.objectContaining({ reason: "person-cut-off", staffId: "carla" })]);
    enter();
    expect(await page.refusal()).toMatchObject({ command: "enter-code", code: "holder-denied" });
  });

  it.each<[string, () => void, string]>([
    ["is wrong", () => (answer = () => refusal(403, "identify-refused")), "way-wrong"],
    ["meets a fleet with too much to do", () => (answer = () => refusal(503, "identify-busy")), "way-crowded"],
  ])("that %s is refused and journaled, without the code", async (_what, prepare, code) => {
    prepare();
    enter();
    expect(await page.refusal()).toEqual({ type: "refused", command: "enter-code", code });
    const refused = ["tap.refused", expect.objectContaining({ reason: code, way: "code" })];
    await expect.poll(told).toEqual([refused]);
    expect(JSON.stringify(await ward.journaled())).not.toContain("7QK4");
  });

  it("after too many wrong ones waits as long as the fleet says", async () => {
    answer = () => refusal(429, "identify-locked", { retryAfterMs: 60_000 });
    enter();
    expect(await page.refusal()).toMatchObject({ code: "way-locked" });
    const { ways, now } = await page.until((view) => view.ways?.waitUntil !== null);
    expect((ways?.waitUntil ?? 0) - now).toBeGreaterThan(50_000);
  });

  it("loses to a lock that comes while the fleet is asked", async () => {
    let say = (): void => {};
    const asked = new Promise<void>((resolve) => {
      answer = () => {
        resolve();
        return new Promise((give) => {
          say = () => give({ status: 200, body: JSON.stringify(CARLA) });
        });
      };
    });
    enter();
    await asked;
    page.say({ type: "lock-now" });
    expect(await page.refusal()).toMatchObject({ command: "enter-code", code: "way-overtaken" });
    say();
    await page.until((view) => view.ways?.asking === false);
    expect((await told()).filter(([kind]) => kind === "session.unlocked")).toEqual([]);
  });

  it("cannot be judged while the fleet is away, and says so", async () => {
    await ward.fleet.goAway();
    enter();
    expect(await page.refusal()).toMatchObject({ command: "enter-code", code: "way-unreachable" });
  });
});
