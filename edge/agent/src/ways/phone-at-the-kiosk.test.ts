import { IdentifyRequest } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AgentWard, type ScreenPage } from "../testing/agent-ward.js";

const PIN = "739154";
const CARLA = { staffId: "carla", displayName: "Carla", role: "nurse", way: "phone", weak: false };

let ward: AgentWard;
let page: ScreenPage;
let asked: IdentifyRequest[];

beforeEach(async () => {
  ward = await AgentWard.open();
  await ward.certify();
  asked = [];
  ward.fleet.on("POST /v1/kiosk/identify", async (body) => {
    const request = IdentifyRequest.parse(JSON.parse(body));
    asked.push(request);
    return request.way === "phone" && request.pin === PIN
      ? { status: 200, body: JSON.stringify(CARLA) }
      : {
          status: 403,
          body: JSON.stringify({ type: "about:blank", title: "", status: 403, code: "identify-refused" }),
        };
  });
  page = await ward.page(await ward.start());
  await page.until((view) => view.health.fleet === "ok" && view.ways?.phone === "ready");
});
afterEach(() => ward.close());

async function show(): Promise<void> {
  ward.senses.presence.inside = [{ id: "carla", faceless: true }];
  page.say({ type: "ways-phone" });
  await page.until((view) => view.ways?.phone === "read");
}
const told = async () =>
  (await ward.journaled()).filter(({ kind }) => /^(session|tap)\./.test(kind)).map(({ kind, body }) => [kind, body]);

describe("a phone and its PIN at a kiosk that runs", () => {
  it("open although the camera is down, and the session lives and ends with the phone", async () => {
    ward.senses.vision.camera({ state: "down", code: "camera-gone" });
    await show();
    page.say({ type: "enter-pin", of: "phone", pin: PIN });
    const { session } = await page.until((view) => view.session.state === "unlocked");
    expect(session).toMatchObject({ name: "Carla", until: null });
    expect(asked).toEqual([{ way: "phone", staffId: "carla", epoch: 1, pin: PIN }]);
    const [phone] = ward.senses.taps.sessions;
    expect(phone?.outcomes).toEqual(["unlocked"]);
    expect(ward.senses.presence.served.map(({ holder }) => holder.id)).toEqual(["carla"]);
    phone?.say({ type: "lost", code: "phone-lost" });
    await page.until((view) => view.session.state === "leaving");
    await page.until((view) => view.session.state !== "leaving");
    await expect.poll(told).toEqual([
      ["session.unlocked", expect.objectContaining({ staffId: "carla", way: "phone", weak: false })],
      ["session.leaving", expect.objectContaining({ reason: "heartbeat-lost" })],
      ["session.locked", expect.objectContaining({ reason: "heartbeat-lost", staffId: "carla" })],
    ]);
  });

  it("are refused for a wrong PIN, journaled without it, and the phone waits for the right one", async () => {
    await show();
    page.say({ type: "enter-pin", of: "phone", pin: "739155" });
    expect(await page.refusal()).toEqual({ type: "refused", command: "enter-pin", code: "way-wrong" });
    await expect.poll(told).toEqual([["tap.refused", expect.objectContaining({ reason: "way-wrong", way: "phone" })]]);
    expect(JSON.stringify(await ward.journaled())).not.toContain("739155");
    page.say({ type: "enter-pin", of: "phone", pin: PIN });
    await page.until((view) => view.session.state === "unlocked");
  });

  it("say that no phone is near", async () => {
    page.say({ type: "ways-phone" });
    expect(await page.refusal()).toEqual({ type: "refused", command: "ways-phone", code: "phone-not-near" });
  });
});
