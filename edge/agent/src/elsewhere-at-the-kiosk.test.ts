import { afterEach, beforeEach, expect, it } from "vitest";
import { AgentWard } from "./testing/agent-ward.js";
import { systemClock } from "./time.js";

let ward: AgentWard;
beforeEach(async () => {
  ward = await AgentWard.open();
});
afterEach(() => ward.close());

it("a kiosk whose person comes in elsewhere is covered and locked, and opens for them when they walk up again", async () => {
  await ward.certify();
  const page = await ward.page(await ward.start());
  await page.until((view) => view.health.fleet === "ok");
  await ward.comeIn(page);
  const [phone] = ward.senses.taps.sessions;
  ward.senses.vision.sees({ at: systemClock.monotonic(), faces: 0 });
  phone?.say({ type: "elsewhere" });
  const veiled = await page.until((view) => view.session.state === "unlocked" && view.session.elsewhere === true);
  expect(veiled.session).toMatchObject({ name: "Anna" });
  expect([phone?.closed, ward.senses.presence.served]).toEqual([true, []]);
  ward.senses.presence.say({ type: "gone", holder: { id: "anna" } });
  // They walk up once their phone was gone for a moment.
  await expect
    .poll(
      () => {
        ward.senses.presence.say({ type: "near", holder: { id: "anna" } });
        ward.senses.vision.sees({ at: systemClock.monotonic(), faces: 1 });
        page.say({ type: "activity" });
        return ward.senses.taps.sessions.length;
      },
      { timeout: 20_000 },
    )
    .toBe(2);
  const back = await page.until((view) => view.session.state === "unlocked" && view.session.elsewhere !== true);
  expect(back.session).toMatchObject({ name: "Anna" });
  const told = (await ward.journaled()).filter(({ kind }) => kind.startsWith("session."));
  expect(told.map(({ kind, body }) => [kind, body["reason"]])).toEqual([
    ["session.unlocked", undefined],
    ["session.leaving", "elsewhere"],
    ["session.locked", "handed-over"],
    ["session.unlocked", undefined],
  ]);
}, 60_000);
