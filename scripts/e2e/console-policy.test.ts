import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ConsoleSite } from "./test-support/console-site.js";
import type { PersonAtBrowser } from "./test-support/person.js";
import { taps } from "./test-support/taps.js";

const SCRIPT = '<img src=x onerror="window.ran=1">';
let site: ConsoleSite;
let anna: PersonAtBrowser;
let bruno: PersonAtBrowser;

/** Whole pages in several browsers, on a machine that does other things too. */
vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  site = await ConsoleSite.start();
  const { registry } = site.fleet.machines.devices;
  for (const device of ["bed-7", "bed-8"]) {
    const about = { name: `Name of ${device}`, ward: "ICU", kind: "kiosk" as const, tags: ["night"] };
    await registry.add({ id: device, ...about }, "machine");
    await registry.act(device, "enrol");
  }
  await site.fleet.records.audit.take("bed-7", taps());
  anna = await site.enter({ login: "anna", role: "administrator", width: 1440 });
  bruno = await site.enter({ login: "bruno", role: "security-officer", width: 1440 });
}, 120_000);
afterAll(() => site?.remove());

const number = (page: Page, name: string) => page.getByRole("spinbutton", { name, exact: true });
const text = (page: Page) => page.getByRole("textbox", { name: "Policy as text" });
const view = (page: Page, name: string) => page.getByRole("radio", { name }).check({ force: true });
const LEASE = "A kiosk works alone for (hours)";
const STAYS = "How often somebody may ask for more time";
let draft: `#/${string}` = "#/policy";

describe("a policy", () => {
  it("is written in form and text at once, linted while it is typed, and kept when the page is left", async () => {
    const { page } = anna;
    await anna.visit("#/policy");
    await anna.button("Begin a draft").click();
    await number(page, LEASE).fill("48");
    await expect.poll(() => text(page).textContent()).toContain('"lease.hours": 48');
    expect(await anna.violations()).toEqual([]);
    // What contradicts itself is told at its place, and so is what is no policy at all.
    await page.getByRole("combobox", { name: "Check for a live face" }).selectOption("enforce");
    await page.getByText("These settings cannot all be meant.").waitFor();
    await page.getByRole("combobox", { name: "Check for a live face" }).selectOption("measure");
    await text(page).click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("x");
    await page.getByText("The form waits until the text can be read again.").waitFor();
    expect(await number(page, LEASE).isDisabled()).toBe(true);
    await page.keyboard.press("Backspace");
    await page.getByLabel("Reason").fill(SCRIPT);
    await page.reload();
    await page.getByText("What you typed and did not save is here again").waitFor();
    await expect.poll(() => number(page, LEASE).inputValue()).toBe("48");
    await page.keyboard.press("Control+s");
    await page.getByText(/^Saved by anna/).waitFor();
    expect(await page.evaluate("'ran' in window")).toBe(false);
    draft = `#/${new URL(page.url()).hash.replace(/^#\//, "").replace(/\?.*$/, "")}`;
  });

  it("that two people write at once loses nothing of either", async () => {
    await bruno.visit(draft);
    await number(bruno.page, STAYS).fill("1");
    await number(anna.page, STAYS).fill("4");
    await number(anna.page, "Veil before the lock (seconds)").fill("20");
    await bruno.page.getByRole("button", { name: "Save" }).click();
    await bruno.page.getByText(/^Saved by bruno/).waitFor();
    // The site tells Anna's page by itself: before she saves.
    const { page } = anna;
    await page
      .getByText(/bruno saved this draft while you wrote/)
      .first()
      .waitFor();
    expect(await anna.violations()).toEqual([]);
    await page.getByRole("radio", { name: /^4/ }).check({ force: true });
    await page.getByRole("button", { name: "Join both" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText(/^Saved by anna/).waitFor();
    await expect.poll(() => number(bruno.page, "Veil before the lock (seconds)").inputValue()).toBe("20");
    expect(await number(bruno.page, STAYS).inputValue()).toBe("4");
  });

  it("is joined by who saves second, also when nobody told them in time", async () => {
    const { page } = anna;
    const deaf = /\/v1\/policy\/drafts\/[^/]+$/;
    await page.route(deaf, (route) => (route.request().method() === "GET" ? route.abort() : route.continue()));
    await number(bruno.page, STAYS).fill("0");
    await bruno.page.getByRole("button", { name: "Save" }).click();
    await bruno.page.getByText(/^Saved by bruno/).waitFor();
    await number(page, "Releases of a phone to one kiosk an hour").fill("30");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("You changed nothing in common.").waitFor();
    // What the site kept of Anna's while she had not decided.
    expect(await site.fleet.rules.policies.drafts.list()).toHaveLength(2);
    await page.unroute(deaf);
    await page.getByRole("button", { name: "Join both" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText(/^Saved by anna/).waitFor();
    await expect.poll(async () => (await site.fleet.rules.policies.drafts.list()).length).toBe(1);
    const [{ content } = { content: null }] = await site.fleet.rules.policies.drafts.list();
    expect(content?.base).toMatchObject({ "idle.stays": 0, "quota.perKioskHour": 30, "lease.hours": 48 });
  });

  it("says what it changes, at one device and for the people of yesterday", async () => {
    const { page } = anna;
    await number(page, "Veil before the lock (seconds)").fill("30");
    await page.getByRole("combobox", { name: "False matches, masked face" }).first().selectOption("badge-and-pin");
    await view(page, "Changes");
    await page.getByText("It protects less somewhere: two people have to sign").waitFor();
    await view(page, "Explain");
    await page.getByRole("combobox", { name: "Device" }).fill("bed-7");
    await expect.poll(() => page.locator("datalist option").count()).toBeGreaterThan(0);
    await page.getByRole("combobox", { name: "Device" }).fill("Name of bed-7 · ICU · bed-7");
    await page.getByText("Name of bed-7 belongs to no group.").waitFor();
    await view(page, "What if");
    await page.getByRole("row", { name: /asks for badge and PIN/ }).waitFor();
    await page.getByText("3 of the newest recorded taps could be judged anew").waitFor();
    expect(await anna.violations()).toEqual([]);
    await page.keyboard.press("Control+s");
    await page.getByText(/^Saved by anna/).waitFor();
  });

  it("that protects less is signed by two people, each with a passkey, and then spreads", async () => {
    const { page } = anna;
    await view(page, "Propose");
    await page.getByRole("button", { name: "Check with the site" }).click();
    await page.getByText("Two people, each with a passkey of their own").waitFor();
    expect(await anna.violations()).toEqual([]);
    await anna.button("Propose").click();
    await page.getByRole("button", { name: "Approve with a passkey" }).click();
    await page.getByText("You have signed. Somebody else is needed.").waitFor();
    await bruno.visit("#/approvals");
    await bruno.page.getByRole("button", { name: "Approve with a passkey" }).click();
    await page.getByText("Policy 2 is signed").waitFor();
    await page.getByRole("link", { name: "Follow its roll-out" }).click();
    await page.getByText("Policy 2 takes the place of policy 1").first().waitFor();
    expect(await anna.violations()).toEqual([]);
  });
});

describe("a roll-out", () => {
  it("is halted although the answer is lost, and only once", async () => {
    const { page } = anna;
    let sent = 0;
    await page.route("**/v1/policy/rollout/halt", async (route) => {
      sent += 1;
      await route.fetch();
      await route.abort();
    });
    await page.getByRole("button", { name: "Halt" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Halt" }).click();
    await page.getByText("Policy 2 is halted.").waitFor();
    await page.getByText("halted here").waitFor();
    expect([sent, site.fleet.rules.rollouts.head()?.rollout?.status]).toEqual([1, "halted"]);
  });

  it("stands as it was while the connection is lost, and goes on by itself", async () => {
    const { page } = anna;
    await anna.context.setOffline(true);
    await site.fleet.rules.rollouts.resume({ by: "bruno" });
    await page.getByText(/Connection lost: this is how it stood at/).waitFor();
    expect(await page.getByText("halted here").count()).toBe(1);
    expect(await anna.violations()).toEqual([]);
    await anna.context.setOffline(false);
    await page.getByText(/^now, until/).waitFor({ timeout: 60_000 });
  });

  it("is looked at by a viewer, and changed by none", async () => {
    const vera = await site.enter({ login: "vera", role: "viewer", width: 1440 });
    await vera.visit("#/rollout");
    await vera.page.getByText(/^now, until/).waitFor();
    expect(await vera.page.getByRole("button", { name: /Halt|Give up|Bring back/ }).count()).toBe(0);
    await vera.visit("#/policy");
    await vera.page.getByRole("heading", { name: "Policy 1 is in force" }).waitFor();
    expect(await vera.page.getByRole("button", { name: /Begin/ }).count()).toBe(0);
    await vera.visit("#/policy/version-2");
    await expect.poll(() => number(vera.page, LEASE).isDisabled()).toBe(true);
    await view(vera.page, "Against policy 1");
    await vera.page.getByText("It protects less somewhere: two people have to sign").waitFor();
    await vera.visit("#/audit");
    await vera.page.getByText("Single events are shown to operators and above.").waitFor();
    await vera.context.close();
  });
});

describe("in each language, light and dark, narrow and wide", () => {
  for (const [language, dark, width] of [
    ["it", true, 1024],
    ["el", false, 390],
  ] as const) {
    it(`has no accessibility finding in ${language}, ${dark ? "dark" : "light"}, ${width} px`, async () => {
      const { page } = anna;
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
      await page.evaluate(`localStorage.setItem("wardkey.language", "${language}")`);
      await page.reload();
      for (const place of ["#/policy", "#/policy/version-2", "#/rollout", "#/audit"] as const) {
        await anna.visit(place);
        await page
          .locator(place === "#/policy/version-2" ? ".setting" : "tbody tr")
          .first()
          .waitFor();
        expect([place, await anna.violations()]).toEqual([place, []]);
        expect(await anna.fits()).toBe(true);
      }
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.emulateMedia({ colorScheme: "light" });
      await page.evaluate(`localStorage.setItem("wardkey.language", "en")`);
      await page.reload();
    });
  }
});

describe("the audit", () => {
  it("is searched, and each event is proven in the browser up to the signed root", async () => {
    const { page } = anna;
    await site.fleet.records.heads.renew();
    await anna.visit("#/audit?source=bed-7");
    await page.getByText("Signed by this site").waitFor();
    await expect.poll(() => page.locator("tbody tr").count()).toBe(3);
    expect(await anna.violations()).toEqual([]);
    await page.locator("tbody a").first().click();
    await page.getByText("It stands in the signed log").waitFor();
    await page.getByText(/^The proof, \d+ steps$/).click();
    await page.getByText("That is the root that the site signed.").waitFor();
    expect(await anna.violations()).toEqual([]);
  });

  it("shows that it only grew since this browser looked, and an event that somebody changed", async () => {
    const { page } = anna;
    await site.fleet.records.audit.append("policy.refused", { by: "anna", code: "policy-older" });
    await site.fleet.records.heads.renew();
    await site.tamper("UPDATE journal_entries SET at = at - 1 WHERE source = 'bed-7' AND seq = 2");
    await anna.visit("#/audit?source=bed-7&period=");
    await page.reload();
    await page.getByText("The log only grew").waitFor();
    await page.locator("tbody tr").nth(1).locator("a").first().click();
    await page.getByText("It is not in the signed log as it is shown").waitFor();
    expect(anna.complaints.filter((line) => !/net::ERR|Failed to load resource|status of 40/.test(line))).toEqual([]);
  });

  it("that was written anew behind this browser's back is not believed", async () => {
    const { page } = anna;
    // Before the page runs, once: a proof that is under way in the page before would write over it.
    await page.addInitScript(`(() => {
      if (sessionStorage.getItem("rewritten") !== null) return;
      sessionStorage.setItem("rewritten", "yes");
      const key = "wardkey.log.st-mary";
      const memory = JSON.parse(localStorage.getItem(key));
      localStorage.setItem(key, JSON.stringify({ ...memory, root: "B".repeat(43) }));
    })()`);
    await site.fleet.records.audit.append("policy.refused", { by: "anna", code: "policy-older" });
    await site.fleet.records.heads.renew();
    await anna.visit("#/audit");
    await page.reload();
    await page.getByText("The log was changed").waitFor();
    expect(await anna.violations()).toEqual([]);
  });
});
