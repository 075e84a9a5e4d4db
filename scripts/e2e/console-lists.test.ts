import type { Fleet } from "@wardkey/fleet-server";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ConsoleSite } from "./test-support/console-site.js";
import { ListOnPage } from "./test-support/list-on-page.js";
import type { Address } from "./test-support/pages-of-console.js";
import type { PersonAtBrowser } from "./test-support/person.js";
import { startSiteInUse } from "./test-support/site-in-use.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let site: ConsoleSite;
let draft: string;
let person: PersonAtBrowser;

beforeAll(async () => {
  ({ site, draft } = await startSiteInUse());
  person = await site.enter({ role: "administrator" });
  await fill(site.fleet);
});
afterAll(() => site?.remove());

/** More than one row for every list. */
async function fill({ staff, auth, nudging }: Fleet): Promise<void> {
  const record = { role: "nurse", wards: [], employment: "staff", hrId: null, endsAt: null } as const;
  await staff.directory.add({ givenName: "Dora", familyName: "Blu", ...record }, "machine");
  const waits = { kind: "invitation", login: "zeno", name: "Zeno", role: "viewer", by: "machine" } as const;
  await auth.invitations.invite(crypto.randomUUID(), waits);
  for (const staffId of ["bruno-neri", "dora-blu"]) {
    await nudging.training.assign({ lesson: "usb", to: { kind: "person", staffId }, because: null, by: "olga" });
    await does("PUT", `/v1/operators/${staffId}`, { wards: staffId === "dora-blu" ? ["Theatre"] : null });
    await does("POST", "/v1/staff/bruno-neri/emergency-cards");
  }
  const instrument = { kind: "nudge", template: "veil-guards" } as const;
  await nudging.trials.register({ behaviour: "veil-dismissed", instrument, days: 7, baselineDays: 14 }, "olga");
  for (const device of ["bed-4", "bed-5"]) {
    const by = { id: "olga", name: "Olga", role: "security-officer" } as const;
    const { id } = await auth.approvals.propose({ kind: "device.wipe", args: { device }, by });
    await does("POST", `/v1/approvals/${id}/reject`);
  }
  for (const name of ["nightly", "backup"]) await does("POST", "/v1/tokens", { name, role: "viewer", days: 7 });
  await does("POST", "/v1/policy/drafts", {});
  await person.sends("/v1/risk/imports/scan?what=vulnerabilities&dryRun=false", "text/csv", VULNERABILITIES);
  await site.tamper(
    `insert into device_commands ("request", "device", "command", "by", "at", "expires_at", "answered_at", "status", "code")
     values ('00000000-0000-4000-8000-00000000000a', 'bed-0', 'lock', 'olga', 1000, 2000, 1500, 200, null), ('00000000-0000-4000-8000-00000000000b', 'bed-0', 'identify', 'anna', 3000, 4000, null, null, null)`,
  );
}

const VULNERABILITIES = `cve,cvss,epss,assets
CVE-2024-1111,9.8,0.9,bed-0
CVE-2024-2222,5.5,0.02,bed-0
`;

async function does(method: string, path: string, body: object = {}): Promise<void> {
  const refused = await person.asks(method, path, body);
  if (refused !== null) throw new Error(`${method} ${path}: ${refused}`);
}

interface Case {
  readonly at: Address;
  readonly list: string;
  /** Before the names in the address. */
  readonly name: string;
  /** A column by which it is sorted, which is not its usual order. */
  readonly by: string;
  /** A filter, and how many rows are left of how many; `null`: that depends on what kiosks said already. */
  readonly filter: readonly [name: string, value: string, left: number, of: number | null];
  /** What the exported file begins with. */
  readonly head: string;
}

const CASES: readonly Case[] = [
  {
    ...{ at: "#/risk", list: "Suspicions", name: "d.", by: "Suspicion" },
    ...{ filter: ["Suspicion", "An old policy is kept", 1, 2], head: "Suspicion,About,Strength,Last seen,Until" },
  },
  {
    ...{ at: "#/risk", list: "Attack paths", name: "p.", by: "Rank" },
    ...{ filter: ["search", "records database", 1, 11], head: 'Rank,Steps,Likelihood,"Impact, of 10"' },
  },
  {
    ...{ at: "#/risk", list: "What helps most", name: "m.", by: "Hours" },
    ...{ filter: ["Kind", "Cut a connection", 2, 10], head: "Remedy,Kind,Asset,Risk removed,Hours" },
  },
  {
    ...{ at: "#/risk/imports", list: "In force", name: "", by: "Source" },
    ...{ filter: ["Kind", "Inventory", 1, 2], head: "Source,Kind,Holds,Taken in,By" },
  },
  {
    ...{ at: `#/risk/${encodeURIComponent("device:bed-0")}`, list: "Vulnerabilities", name: "v.", by: "EPSS" },
    ...{ filter: ["search", "1111", 1, 2], head: "CVE,CVSS,EPSS" },
  },
  {
    ...{ at: "#/training", list: "Who has which lesson", name: "", by: "For" },
    ...{ filter: ["search", "dora", 1, 3], head: "For,Lesson,Because,Since,State" },
  },
  {
    ...{ at: "#/nudges", list: "Trials", name: "trial.", by: "Behaviour" },
    ...{ filter: ["Behaviour", "Veil touched away", 1, 2], head: "Behaviour,What is done,State,Begun,Ends" },
  },
  {
    ...{ at: "#/policy", list: "Drafts", name: "draft.", by: "Begun from" },
    ...{ filter: ["search", "olga", 1, 2], head: "Reason,Saved by,When,Begun from" },
  },
  {
    ...{ at: "#/rollout", list: "Not there yet", name: "behind.", by: "Device" },
    ...{ filter: ["search", "bed-3", 1, null], head: "Device,Id,Ward,Connection,Works by,Should" },
  },
  {
    ...{ at: "#/rollout", list: "What happened", name: "history.", by: "When" },
    ...{ filter: ["What", "Begun", 1, 3], head: "What,By,When" },
  },
  {
    ...{ at: "#/approvals", list: "Approvals", name: "waiting.", by: "What" },
    ...{ filter: ["search", "bed-3", 1, 2], head: "What,Asked by,What is signed,Signed by,When,Waits until" },
  },
  {
    ...{ at: "#/approvals", list: "Decided", name: "decided.", by: "What" },
    ...{ filter: ["search", "bed-5", 1, 2], head: "What,Asked by,State,Signed by,When" },
  },
  {
    ...{ at: "#/administrators", list: "Who may act here", name: "", by: "Name" },
    ...{ filter: ["search", "anna", 1, 2], head: "Name,Sign-in name,Role,State" },
  },
  {
    ...{ at: "#/administrators", list: "Invitations that wait", name: "invitations.", by: "Name" },
    ...{ filter: ["Role", "viewer", 1, 2], head: "Name,Sign-in name,Role,Invited by,Until" },
  },
  {
    ...{ at: "#/account", list: "My API tokens", name: "tokens.", by: "Name" },
    ...{ filter: ["search", "night", 1, 2], head: "Name,Role,Until" },
  },
  {
    ...{ at: "#/settings", list: "Operators", name: "operators.", by: "Name" },
    ...{ filter: ["search", "theatre", 1, 2], head: "Name,Number,Wards,By,Since" },
  },
  {
    ...{ at: "#/people/bruno-neri", list: "Emergency cards", name: "cards.", by: "Card" },
    ...{ filter: ["State", "used", 0, 2], head: "Card,Since,State" },
  },
  {
    ...{ at: "#/devices/bed-0", list: "Latest commands", name: "commands.", by: "Asked by" },
    ...{ filter: ["Answer", "answered", 1, 2], head: "What,Asked by,Answer,Status code,When" },
  },
  {
    ...{ at: "#/devices/bed-0", list: "Its journal", name: "events.", by: "When" },
    ...{ filter: ["What", "session.locked", 0, 3], head: "When,What,Where,Entry" },
  },
];

describe("a list of the console", () => {
  for (const { at, list: title, name, by, filter, head } of CASES) {
    it(`at ${at}, ${title}: is sorted both ways, filtered, exported, found again by its address, and narrow enough for a phone`, async () => {
      const { page } = person;
      const [key, value, left, counted] = filter;
      const isCards = ["Attack paths", "Trials", "Approvals"].includes(title);
      const list = new ListOnPage(person, title);
      await person.visit(at);
      await list.waitFor();
      const of = counted ?? (await list.shown()).length;
      expect(of).toBeGreaterThan(1);
      expect(await list.shown()).toHaveLength(of);
      const column = isCards ? undefined : by;
      await list.sortBy(by);
      const up = await list.shown(column);
      await list.sortBy(by);
      expect(new URL(page.url()).hash).toContain(`${encodeURIComponent(name)}sort=`);
      expect(await list.shown(column)).toEqual([...up].reverse());
      const lines = await list.exported();
      expect([lines.length, lines[0]?.startsWith(head) === true ? head : lines[0]]).toEqual([of + 1, head]);
      await list.filter(key, value);
      await expect.poll(async () => (await list.shown()).length).toBe(left);
      const seen = await list.shown();
      await page.reload();
      await list.waitFor();
      expect(await list.shown()).toEqual(seen);
      expect(await person.violations()).toEqual([]);
      await page.setViewportSize({ width: 390, height: 900 });
      await person.settled();
      expect(await person.fits()).toBe(true);
      await page.setViewportSize({ width: 1280, height: 900 });
    });
  }

  it("of what one device would work by is sorted, filtered, exported, and found again by its address", async () => {
    await person.visit(`#/policy/${draft}?view=explain`);
    await person.page.getByPlaceholder("Name, ward or id").fill("bed-0");
    const list = new ListOnPage(person, "Explain");
    await list.waitFor();
    await list.sortBy("Setting");
    const up = await list.shown("Setting");
    expect(up).toEqual([...up].sort((a, b) => a.localeCompare(b)));
    expect((await list.exported())[0]).toBe("Setting,Name in the text,Value,Said by");
    await list.filter("search", "risk.leaseHours");
    await expect.poll(async () => (await list.shown()).length).toBe(1);
    await person.page.reload();
    await list.waitFor();
    expect(await list.shown()).toHaveLength(1);
    expect(await person.page.getByPlaceholder("Name, ward or id").inputValue()).toMatch(/ · bed-0$/);
    expect(await person.violations()).toEqual([]);
  });

  it("shares its page with others without sharing its state", async () => {
    const [waiting, decided] = ["Approvals", "Decided"].map((title) => new ListOnPage(person, title));
    await person.visit("#/approvals?decided.search=bed-5&waiting.sort=what&waiting.order=desc");
    await decided?.waitFor();
    expect(await decided?.shown()).toHaveLength(1);
    expect((await waiting?.shown())?.map((text) => text.split("\n")[0])).toEqual([
      "Put policy 2 in force",
      "Erase identity, lease and policy of bed-3",
    ]);
  });
});
