import { DEMO_SETTINGS, type Settings } from "@wardkey/protocol/policy";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AgentWard } from "../testing/agent-ward.js";
import { systemClock } from "../time.js";

let ward: AgentWard;
beforeEach(async () => {
  ward = await AgentWard.open();
});
afterEach(() => ward.close());

const inForce = async (version: number): Promise<void> => {
  const told = async (): Promise<boolean> =>
    (await ward.journaled()).some(({ kind, body }) => kind === "policy.in-force" && body["version"] === version);
  while (!(await told())) await new Promise((resume) => setTimeout(resume, 20));
};

describe("a policy that the fleet states", () => {
  it("decides who comes in at a kiosk that runs, from one moment to the next", async () => {
    await ward.certify();
    const page = await ward.page(await ward.start());
    await page.until((view) => view.health.fleet === "ok");
    const under = async (version: number, bend: Partial<Settings>): Promise<void> => {
      await ward.fleet.state({ version, base: { ...DEMO_SETTINGS, ...bend } });
      await inForce(version);
    };
    // Anna's phone answers hands-free, mode A.
    await under(1, { "consent.mode": "C" });
    await page.until((view) => view.session.state === "locked");
    const stays = setInterval(() => {
      ward.senses.presence.say({ type: "near", holder: { id: "anna" } });
      ward.senses.vision.sees({ at: systemClock.monotonic(), faces: 1 });
    }, 100);
    try {
      await page.until((view) => view.session.state === "refused" && view.session.reason === "phone-refused");
      await under(2, { "consent.mode": "A" });
      await page.until((view) => view.session.state === "unlocked");
    } finally {
      clearInterval(stays);
    }
    const kinds = (await ward.journaled()).map(({ kind }) => kind);
    expect(kinds.filter((kind) => /^(policy|session\.unlocked|tap\.refused)/.test(kind))).toEqual(
      expect.arrayContaining(["policy.in-force", "tap.refused", "session.unlocked"]),
    );
    expect(kinds.indexOf("tap.refused")).toBeLessThan(kinds.indexOf("session.unlocked"));
  });
});
