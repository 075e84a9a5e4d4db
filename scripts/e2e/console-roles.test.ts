import { ROLES } from "@wardkey/protocol/fleet";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Act, actsOf } from "./test-support/acts.js";
import type { ConsoleSite } from "./test-support/console-site.js";
import { type Address, findingsAt, pagesFor } from "./test-support/pages-of-console.js";
import type { PersonAtBrowser } from "./test-support/person.js";
import { startSiteInUse } from "./test-support/site-in-use.js";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

/** Where the navigation leads only who has this role. */
const OUT_OF_REACH: Readonly<Record<string, readonly Address[]>> = {
  viewer: ["#/break-glass", "#/administrators"],
  operator: ["#/administrators"],
};

let site: ConsoleSite;
let draft: string;
let acts: Readonly<Record<Address, readonly Act[]>>;

beforeAll(async () => {
  ({ site, draft } = await startSiteInUse());
  const { approvals } = site.fleet.auth;
  const wipe = (await approvals.list()).find(({ kind }) => kind === "device.wipe")?.id ?? "";
  acts = actsOf({ draft, wipe });
  const administrator = await site.enter({ role: "administrator" });
  const settings = [
    ["POST", "/v1/m2m/pairs", { from: "bed-0", to: "bed-1", channel: "vitals" }],
    ["PUT", "/v1/operators/bruno-neri", { wards: null }],
  ] as const;
  for (const [method, path, body] of settings) expect(await administrator.asks(method, path, body)).toBeNull();
  await site.leave();
});
afterAll(() => site?.remove());
afterEach(() => site.leave());

type ByPage = Record<string, readonly string[]>;
const names = (of: readonly Act[]): string[] => of.map(({ name }) => name);

/** What the site itself lets somebody do on each page. */
async function allowed(person: PersonAtBrowser): Promise<ByPage> {
  const may: ByPage = {};
  for (const [address, each] of Object.entries(acts)) {
    const those: Act[] = [];
    for (const act of each) if (await act.may(person)) those.push(act);
    if (those.length > 0) may[address] = names(those);
  }
  return may;
}

async function offered({ page }: PersonAtBrowser, address: Address): Promise<string[]> {
  const those: Act[] = [];
  for (const act of acts[address] ?? []) if ((await act.at(page).count()) > 0) those.push(act);
  return names(those);
}

describe.each(ROLES)("as %s", (role) => {
  it("every page is read without a complaint, and offers what the site lets them do, and nothing else", async () => {
    const person = await site.enter({ role });
    const may = await allowed(person);
    const pages = await pagesFor(person, draft);
    const complaints: ByPage = {};
    const offers = await findingsAt(person, pages, async (address) => {
      expect(await person.page.locator(".content h1").innerText()).not.toBe("");
      const complained = person.complaints.splice(0);
      if (complained.length > 0) complaints[address] = complained;
      // Events name people: no number and no row sends a viewer to a list that they may not read.
      if (role === "viewer") expect(await person.page.locator('.content a[href^="#/audit?"]').count()).toBe(0);
      return offered(person, address);
    });
    expect(offers).toEqual(may);
    expect(complaints).toEqual({});
    const all = Object.fromEntries(Object.entries(acts).map(([address, each]) => [address, names(each)]));
    if (role === "administrator") expect(may).toEqual(all);
    if (role === "viewer") expect(may).toEqual({});

    const unreached = OUT_OF_REACH[role] ?? [];
    expect(pages.filter((address) => unreached.includes(address))).toEqual([]);
    for (const address of unreached) {
      await person.visit(address);
      await person.page.getByText("Your role does not allow this.").waitFor();
      expect(await person.page.getByRole("row").count()).toBeLessThan(2);
      expect(await offered(person, address)).toEqual([]);
    }
    const token = { name: "for a program", role: "administrator", days: 1 };
    expect(await person.asks("POST", "/v1/tokens", token)).toBe(role === "administrator" ? null : "role-too-high");
  });
});
