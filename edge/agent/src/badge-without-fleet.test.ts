import { stat } from "node:fs/promises";
import { join } from "node:path";
import { bundledProfiles } from "@wardkey/firmware-profiles";
import { IdentifyRequest } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, expect, it } from "vitest";
import { AgentWard, type ScreenPage } from "./testing/agent-ward.js";
import { PHIDGET, SimulatedHidBus } from "./testing/simulated-hid-bus.js";

const TAG = "00010203040500";
const PIN = "402913";

let ward: AgentWard;
let bus: SimulatedHidBus;
let page: ScreenPage;
beforeEach(async () => {
  ward = await AgentWard.open();
  await ward.certify();
  bus = new SimulatedHidBus();
  ward.fleet.on("POST /v1/kiosk/identify", async (body) => {
    const asked = IdentifyRequest.parse(JSON.parse(body));
    const weak = asked.way === "badge" && asked.badge.kind === "uid-only";
    const who = { staffId: "carla", displayName: "Carla", role: "nurse", way: "badge", weak };
    return { status: 200, body: JSON.stringify(who) };
  });
});
afterEach(() => ward.close());

/** Carla holds her badge to a reader that was just plugged in, and types her PIN. */
async function comeIn(): Promise<void> {
  const reader = bus.plug(PHIDGET);
  await page.until((view) => view.ways?.badge === "ready");
  bus.say(reader, TAG);
  await page.until((view) => view.ways?.badge === "read");
  page.say({ type: "enter-pin", of: "badge", pin: PIN });
  await page.until((view) => view.session.state === "unlocked");
  page.say({ type: "lock-now" });
  await page.until((view) => view.session.state === "locked");
  bus.pull(reader);
  await page.until((view) => view.ways?.badge !== "ready" && view.ways?.badge !== "read");
}

it("lets in by badge and PIN, first by the fleet's word, then without it, by a profile that the fleet signed", async () => {
  page = await ward.page(await ward.start({ peripherals: { kind: "hid" } }, { hid: bus }));
  await page.until((view) => view.health.fleet === "ok" && view.session.state === "locked");
  // This site's readers check a DESFire key by themselves, which nobody but the site can know.
  const { profiles } = await bundledProfiles();
  const known = profiles.find(({ id }) => id === "phidget-rfid-1023");
  if (known?.kind !== "badge-reader") throw new Error("the Phidget's profile is gone");
  const ours = { ...known, badge: { ...known.badge, technology: "desfire" } };
  await ward.fleet.profiles({ version: 1, profiles: [ours], retired: [] });
  const kinds = async () => (await ward.journaled()).map(({ kind }) => kind);
  await expect.poll(kinds, { timeout: 20_000 }).toContain("profiles.in-force");

  await comeIn();
  const remembered = join(ward.folder, "data", "badges.sealed");
  await expect
    .poll(
      () =>
        stat(remembered).then(
          ({ size }) => size > 0,
          () => false,
        ),
      { timeout: 20_000 },
    )
    .toBe(true);
  await ward.fleet.goAway();
  await page.until((view) => view.health.fleet !== "ok");
  await comeIn();

  const opened = (await ward.journaled()).filter(({ kind }) => kind === "session.unlocked");
  expect(opened.map(({ body }) => [body["staffId"], body["way"], body["weak"]])).toEqual([
    ["carla", "badge", false],
    ["carla", "badge", false],
  ]);
  expect(JSON.stringify(await ward.journaled())).not.toContain("0102030405");
}, 60_000);
