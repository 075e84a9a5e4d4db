import type { Request } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { ConsoleSite } from "./test-support/console-site.js";
import type { PersonAtBrowser } from "./test-support/person.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let site: ConsoleSite;
let administrator: PersonAtBrowser;

beforeAll(async () => {
  site = await ConsoleSite.start({ wards: ["Cardiology"] });
  administrator = await site.first({ name: "Ada Rossi", login: "ada" });
  await administrator.visit("#/overview");
});
afterAll(() => site?.remove());

it("each number of the overview opens its list, asked for and shown as filtered as the number is", async () => {
  const { page } = administrator;
  const tiles = page.locator(".tile[href]");
  const many = await tiles.count();
  expect(many).toBeGreaterThanOrEqual(5);
  let filtered = 0;
  for (let place = 0; place < many; place++) {
    await administrator.visit("#/overview");
    const asked: URL[] = [];
    const note = (request: Request): void => void asked.push(new URL(request.url()));
    page.on("request", note);
    // What the number counts moves on with the time, so the address is read from where the click led.
    await tiles.nth(place).click();
    await administrator.settled();
    page.off("request", note);
    const address = new URL(page.url()).hash;
    const wanted = new URLSearchParams(address.split("?")[1] ?? "");
    const shown: string[] = await page
      .locator("search select")
      .evaluateAll((fields) => fields.map((field) => (field as unknown as { value: string }).value));
    for (const value of wanted.values()) expect([address, shown]).toEqual([address, expect.arrayContaining([value])]);
    filtered += [...wanted].length;
    if (!address.startsWith("#/audit")) continue;
    const question = asked.find(({ pathname }) => pathname.endsWith("/v1/events"))?.searchParams;
    expect(question?.get("kinds")).toBe(wanted.get("kinds"));
    expect(question?.get("from")).toBe(wanted.get("period")?.replace(/-\d*$/, ""));
  }
  expect(filtered).toBeGreaterThanOrEqual(8);
});
