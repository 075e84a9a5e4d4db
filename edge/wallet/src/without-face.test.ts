import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openWard, type TestWard, walkUp } from "./testing/test-wallet.js";

const PROOF = { errand: { purpose: "prove", decision: "unlocked" } } as const;

describe("a phone enrolled without a face", () => {
  let ward: TestWard;
  beforeAll(async () => {
    ward = await openWard();
    await ward.enrol(false);
  });
  afterAll(() => ward.close());

  it("proves whose it is, is served, and goes on beating; the same after a restart", async () => {
    for (const again of [false, true]) {
      if (again) await ward.restart();
      ward.page.say({ type: "unlock-phone" });
      await walkUp(ward);
      const tap = await ward.tap(PROOF);
      await ward.page.until(({ visibility }) => visibility.servedKiosk === "Ward 3 desk");
      await expect.poll(() => tap.heartbeats.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
      expect(tap.effects.find(({ type }) => type === "holder-proven")).toMatchObject({
        credential: { staffId: "anna", name: "Anna Example" },
        consent: "A",
      });
      await tap.leave();
      const { history } = await ward.page.until(({ visibility }) => visibility.servedKiosk === null);
      expect(history[0]).toMatchObject({ purpose: "unlock", outcome: "unlocked", code: null, receipt: true });
    }
  });

  it("has nothing for a kiosk that wants a face, and accuses nobody of it", async () => {
    await walkUp(ward);
    const { record } = await ward.tapAndLeave();
    expect([record?.outcome, record?.code]).toEqual(["refused", "no-template"]);
    await walkUp(ward);
    const { tap } = await ward.tapAndLeave(PROOF);
    expect(tap.effects.find(({ type }) => type === "holder-proven")).toMatchObject({ refusals: [] });
  });
});

describe("a phone with a face", () => {
  it("keeps its template when it is asked for its key, and asks its owner as always", async () => {
    const ward = await openWard();
    try {
      await ward.enrol();
      ward.page.say({ type: "set-consent", mode: "B" });
      await ward.page.until(({ consentMode }) => consentMode === "B");
      const tapping = ward.tap(PROOF);
      const { prompt } = await ward.page.until((view) => view.prompt !== null);
      ward.page.say({ type: "answer", id: prompt?.id ?? "", granted: true });
      const tap = await tapping;
      await ward.page.until(({ visibility }) => visibility.servedKiosk !== null);
      expect(tap.effects.map(({ type }) => type)).not.toContain("verify-face");
      await tap.leave();
    } finally {
      await ward.close();
    }
  });
});
