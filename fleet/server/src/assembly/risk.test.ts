import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { TestFleet } from "../testing/test-fleet.js";

const patient = { timeout: 20_000, interval: 50 };
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let site: TestFleet;
beforeAll(async () => {
  site = await TestFleet.make();
  await site.start();
  await site.running.machines.devices.registry.act("bed-7", "enrol");
  await site.running.risks.risk.redraw();
});
afterAll(() => site.remove());

/** An attempt that the broker refused, told by the broker itself. */
const misused = () =>
  site.running.machines.devices.noteRefused({
    ...{ device: "bed-7", action: "connect", topic: null, code: "certificate-denied" },
  });

describe("a running site", () => {
  it("takes its own acts for signs: a denied certificate raises its device, durably and explained", async () => {
    const { risk } = site.running.risks;
    misused();
    await vi.waitFor(() => expect(risk.statements.of("bed-7")).toMatchObject({ level: "raised", said: true }), patient);
    expect(risk.statements.of("bed-7")?.reasons).toEqual(["certificate-misuse"]);
    const newest = async () => (await site.running.records.audit.newest(20)).map(({ kind }) => kind);
    await vi.waitFor(async () => {
      expect(await newest()).toEqual(expect.arrayContaining(["broker.refused", "risk.detected", "risk.raised"]));
    }, patient);
  });

  it("keeps it through a restart, with the lease that the policy shortens", async () => {
    await site.stop();
    await site.start();
    const { risk } = site.running.risks;
    expect(risk.statements.of("bed-7")).toMatchObject({ level: "raised", said: true });
    expect(risk.leaseHours("bed-7", { "lease.hours": 24, "risk.leaseHours": 4 })).toBe(4);
    const [active] = risk.picture.detections.active();
    expect(active).toMatchObject({ detector: "certificate-misuse", device: "bed-7" });
    await risk.dismiss(String(active?.id), "machine", "test");
    expect(risk.statements.of("bed-7")).toMatchObject({ level: "normal", said: true });
  });
});
