import { createHash } from "node:crypto";
import { instant, minutes, seconds } from "@wardkey/protocol";
import { topics } from "@wardkey/protocol/fleet";
import { templateOf, templateText } from "@wardkey/protocol/nudge";
import { DEMO_SETTINGS } from "@wardkey/protocol/policy";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AgentWard, KIOSK } from "../testing/agent-ward.js";
import { SITE } from "../testing/fleet-voice.js";

let ward: AgentWard;
beforeEach(async () => {
  ward = await AgentWard.open();
  await ward.certify();
});
afterEach(() => ward.close());

const bodyOf = (id: string, parameters: Record<string, string | number> = {}) => {
  const template = templateOf(id);
  if (template === null) throw new Error(`no template ${id}`);
  const digest = createHash("sha256").update(templateText(template)).digest("base64url");
  return { template: id, digest, parameters };
};
const policies = async () =>
  (await ward.journaled()).filter(({ kind }) => kind === "policy.in-force").map(({ body }) => body["version"]);
const told = async () =>
  (await ward.journaled()).filter(({ kind }) => /^(nudge|lesson)\./.test(kind)).map(({ kind, body }) => [kind, body]);

describe("a nudge that the fleet signed", () => {
  it("is shown to who has just come in, dismissed with a touch, and journaled", async () => {
    const page = await ward.page(await ward.start());
    await page.until((view) => view.health.fleet === "ok");
    // Whatever the hour at which this runs.
    await ward.fleet.state({ version: 1, base: { ...DEMO_SETTINGS, "nudge.quietHours": [] } });
    await expect.poll(policies, { timeout: 10_000 }).toEqual([1]);
    await ward.comeIn(page);
    const id = await ward.fleet.nudge(KIOSK, bodyOf("phone-goes-along"));
    const { nudge } = await page.until((view) => view.nudge !== undefined);
    expect(nudge).toEqual({ id, template: "phone-goes-along", parameters: {}, until: expect.any(Number) });
    page.say({ type: "nudge-dismiss", nudge: id });
    await page.until((view) => view.nudge === undefined);
    await expect
      .poll(told, { timeout: 10_000 })
      .toEqual([
        [
          "nudge.shown",
          { nudge: id, template: "phone-goes-along", moment: "tap-in", ended: "dismissed", ms: expect.any(Number) },
        ],
      ]);
  }, 60_000);

  // threats.md, row 21.
  it("is dropped when it was signed by another, is old, or came from somebody who only has the broker", async () => {
    const page = await ward.page(await ward.start());
    await page.until((view) => view.health.fleet === "ok");
    await ward.comeIn(page);
    const { signer } = ward.fleet.issuers;
    const publish = (payload: string): Promise<void> =>
      ward.fleet.broker.publish(topics.nudge(SITE, KIOSK), payload, false);
    const body = bodyOf("phone-goes-along");
    await publish("call 555-0100 to keep your badge");
    await publish(await ward.fleet.sign("nudge", body, { to: KIOSK, epoch: 1, issuer: signer }));
    await publish(await ward.fleet.sign("nudge", body, { to: "kiosk-2", epoch: 1 }));
    const issuedAt = instant(ward.fleet.now() - minutes(10));
    await publish(await ward.fleet.sign("nudge", body, { to: KIOSK, epoch: 1, issuedAt, expiresIn: seconds(1) }));
    await ward.fleet.nudge(KIOSK, bodyOf("lesson-offer", { lesson: "usb" }));
    await page.until((view) => view.lesson?.lesson === "usb");
    expect(await told()).toEqual([]);
    page.say({ type: "lesson-open" });
    await page.until((view) => view.lesson?.step === "open");
    page.say({ type: "lesson-answers", answers: [2, 0, 1] });
    const { lesson: done } = await page.until((view) => view.lesson?.step === "done");
    expect(done?.score).toEqual({ correct: 3, of: 3, passed: true });
    await expect.poll(told, { timeout: 10_000 }).toEqual([
      ["lesson.opened", { lesson: "usb", staffId: "anna" }],
      ["lesson.completed", { lesson: "usb", staffId: "anna", correct: 3, of: 3, passed: true, ms: expect.any(Number) }],
    ]);
  }, 60_000);
});
