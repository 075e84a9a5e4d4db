import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TEST_EID_KEY, TEST_TEMPLATE } from "./testing/test-kiosk.js";
import { openWard, type TestWard } from "./testing/test-wallet.js";

describe("a phone in a ward", () => {
  let ward: TestWard;
  beforeAll(async () => {
    ward = await openWard();
  });
  afterAll(() => ward.close());

  it("shows nothing of itself before it is enrolled", async () => {
    const { credential, visibility, history } = await ward.page.until(() => true);
    expect({ credential, visibility, history }).toEqual({
      credential: null,
      visibility: { advertising: false, servedKiosk: null },
      history: [],
    });
    await expect(ward.kiosk.find(() => true, 500)).rejects.toThrow("no such phone");
  });

  it("is enrolled by a kiosk that shows the code", async () => {
    await ward.enrol();
    const view = await ward.page.until(() => true);
    expect({
      name: view.credential?.name,
      kiosk: view.credential?.templateKiosk,
      outcome: view.history[0]?.outcome,
    }).toEqual({
      name: "Anna Example",
      kiosk: "Ward 3 desk",
      outcome: "enrolled",
    });
  });

  it("lets an honest kiosk recognise its owner, and beats while it is served", async () => {
    ward.page.say({ type: "move", distance: 1.2 });
    await ward.page.until(({ room }) => room?.distance === 1.2);
    const { reader, site, clock } = ward;
    const tap = await ward.kiosk.tap({
      reader,
      site,
      status: await site.status(reader.kiosk),
      errand: { purpose: "unlock", decision: "unlocked" },
      now: clock.now(),
    });
    await ward.page.until(({ visibility }) => visibility.servedKiosk === "Ward 3 desk");
    ward.page.say({ type: "move", distance: 1.6 });
    await expect.poll(() => tap.heartbeats.length, { timeout: 5_000 }).toBeGreaterThan(2);
    expect(tap.heartbeats.slice(0, 3).map(({ moved }) => moved)).toContain(true);
    expect(ward.page.view?.visibility).toEqual({ advertising: true, servedKiosk: "Ward 3 desk" });
    await tap.leave();
    const view = await ward.page.until(({ visibility }) => visibility.servedKiosk === null);
    expect(view.history[0]).toMatchObject({
      kiosk: "Ward 3 desk",
      ward: "Ward 3",
      outcome: "unlocked",
      code: null,
      receipt: true,
    });
  });
});

export { join, readdir, readFile, stat, TEST_EID_KEY, TEST_TEMPLATE };
