import { afterEach, beforeEach, expect, it } from "vitest";
import { AgentWard } from "./testing/agent-ward.js";
import { systemClock } from "./time.js";

let ward: AgentWard;
beforeEach(async () => {
  ward = await AgentWard.open();
  await ward.certify();
});
afterEach(() => ward.close());

it("a kiosk that locked behind her says why on its screen and in its journal, and journals that she calls it wrong", async () => {
  const agent = await ward.start();
  const page = await ward.page(agent);
  await ward.comeIn(page);
  ward.senses.presence.told = {
    leftAt: systemClock.monotonic(),
    gone: 0.98,
    metres: 4.2,
    faceGoneMs: 1_900,
    inputGoneMs: null,
    heartbeatGapMs: 250,
    phone: "moving",
    reasons: ["phone-far", "face-gone"],
    strip: [],
  };
  ward.senses.presence.say({ type: "leaving", holder: { id: "anna" }, why: "distance" });
  const { session } = await page.until((view) => view.session.state === "locked" && view.session.account !== undefined);
  if (session.state !== "locked" || session.account === undefined) throw new Error("no account of the lock");
  const { account } = session;
  expect([session.why, account.reasons, account.feedback]).toEqual(["walked-away", ["phone-far", "face-gone"], "open"]);

  const other = "00000000-0000-4000-8000-000000000000";
  page.say({ type: "lock-was-wrong", lock: other });
  expect(await page.refusal()).toEqual({ type: "refused", command: "lock-was-wrong", code: "unknown-lock" });
  page.say({ type: "lock-was-wrong", lock: account.id });
  page.say({ type: "lock-was-wrong", lock: account.id });
  await page.until((view) => view.session.state === "locked" && view.session.account?.feedback === "given");
  await expect.poll(() => page.messages.filter(({ type }) => type === "refused").length).toBe(2);

  // Stopped, it has written what it only noted: exactly these, and no dispute of the second time.
  await agent.stop();
  const told = (await ward.journaled()).filter(({ kind }) => /^session\.(un)?lock/.test(kind));
  expect(told.map(({ kind, body }) => [kind, body])).toEqual([
    ["session.unlocked", expect.objectContaining({ session: account.id, staffId: "anna" })],
    [
      "session.locked",
      {
        ...{ session: account.id, staffId: "anna", reason: "walked-away", heldMs: expect.any(Number) },
        ...{ evidence: "phone-far,face-gone", phone: "moving", metres: 4.2, leftMs: expect.any(Number) },
        ...{ faceGoneMs: 1_900, heartbeatGapMs: 250 },
      },
    ],
    ["session.lock-disputed", { session: account.id, reason: "walked-away" }],
  ]);
  // From the moment that the evidence names to the lock: the countdown of two seconds at least.
  expect(Number(told[1]?.body["leftMs"])).toBeGreaterThanOrEqual(1_990);
}, 30_000);
