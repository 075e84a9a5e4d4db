import { afterEach, describe, expect, it } from "vitest";
import { TestFleet } from "./testing/test-fleet.js";

let site: TestFleet | null = null;
afterEach(async () => {
  await site?.remove();
  site = null;
});

describe("a fleet server", () => {
  it("starts on embedded defaults, answers, stops and starts again over what it kept", async () => {
    site = await TestFleet.make();
    const first = await site.start();
    expect(first.setupUrl).toMatch(/^http:\/\/localhost:\d+\/#set-up=[A-Za-z0-9_-]{43}$/);
    expect((await fetch(new URL("/readyz", first.url))).status).toBe(200);
    const ticket = await site.ticket();
    expect(ticket).toMatchObject({ device: "bed-7", profile: "kiosk", site: "st-mary", deviceUrl: first.deviceUrl });
    await site.stop();
    const second = await site.start();
    expect(second.rootCertificate).toEqual(first.rootCertificate);
    expect(await site.ticket()).not.toEqual(ticket);
  });
});
