import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApprovalKind, TestConsole } from "@wardkey/fleet-server/testing/console";
import { startQuietFleet } from "@wardkey/fleet-server/testing/fleet";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { projectRoot } from "../src/project-root.js";
import { chromiumArguments, findChromium } from "../src/shift/browser.js";
import { openPerson, type PersonAtBrowser } from "./test-support/person.js";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SCRIPT = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>';
let browser: Browser;
let site: TestConsole;
let wiped: string[];
let people: PersonAtBrowser[];

/** Several people in several browsers, on a machine that does other things too. */
vi.setConfig({ testTimeout: 90_000 });

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findChromium(), headless: true, args: [...chromiumArguments] });
});
afterAll(() => browser?.close());

beforeEach(async () => {
  people = [];
  wiped = [];
  site = await TestConsole.start(join(projectRoot, "fleet/console/dist/page"));
  // Browsers have the machine's clock: what they show must be near it.
  site.now = Date.now();
  const wipe: ApprovalKind<{ device: string }> = {
    schema: z.strictObject({ device: z.string().max(200) }),
    weight: () => 2,
    summary: ({ device }) => `Erase ${device}.`,
    execute: async ({ device }) => {
      wiped.push(device);
    },
  };
  site.auth.approvals.register("device.wipe", wipe);
  site.auth.approvals.register("made.up", { ...wipe, summary: ({ device }) => `Do ${device}.` });
});
afterEach(async () => {
  for (const person of people) await person.context.close();
  await site.remove();
});

async function visit(
  path: string,
  options: { language?: string; dark?: boolean; width?: number } = {},
): Promise<PersonAtBrowser> {
  const person = await openPerson(browser, { url: `${site.origin}/${path}`, ...options });
  people.push(person);
  return person;
}

const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { name, level: 1 });

async function violations(page: Page): Promise<string[]> {
  // evaluate() runs outside the page's own policy; a script tag would be refused by it.
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

async function setUpLink(): Promise<string> {
  return `#set-up=${await site.auth.invitations.openSetUp((secret) => `${site.origin}/#set-up=${secret}`)}`;
}

async function invitationLink(login: string, name = login): Promise<string> {
  const id = crypto.randomUUID();
  await site.auth.invitations.invite(id, { kind: "invitation", login, name, role: "administrator", by: "machine" });
  return `#invitation=${(await site.auth.invitations.link(id, "machine")).secret}`;
}

async function invited(
  login: string,
  options: { language?: string; dark?: boolean; width?: number; name?: string } = {},
): Promise<PersonAtBrowser> {
  const person = await visit(await invitationLink(login, options.name), options);
  await person.page.locator("form button[type=submit]").click();
  await person.page.locator(".side-site").waitFor();
  return person;
}

const propose = (kind: string, device: string, by: string) =>
  site.auth.approvals.propose({ kind, args: { device }, by: { id: by, name: by, role: "administrator" } });

describe("the first administrator", () => {
  it("comes in by the link with a passkey, which leaves the address, and again by the passkey alone", async () => {
    const { page, complaints } = await visit(await setUpLink());
    await heading(page, "You are the first administrator").waitFor();
    expect(page.url()).toBe(`${site.origin}/`);
    expect(await violations(page)).toEqual([]);
    await page.getByLabel("Your name").fill("Anna Rossi");
    await page.getByLabel("Sign-in name").fill("anna");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Sign out Anna Rossi" }).click();
    await heading(page, "Sign in to St Mary").waitFor();
    expect(await violations(page)).toEqual([]);
    // By keyboard alone: the passkey's button has the focus.
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Sign out Anna Rossi" }).waitFor();
    expect(site.kinds()).toEqual(["admin.registered", "admin.signed-in", "admin.signed-out", "admin.signed-in"]);
    // Chromium's own notes: a picture that is not there, a question that was under way when she signed out.
    expect(complaints.filter((line) => !/status of 40[14]/.test(line))).toEqual([]);
  });

  it("may take a password and an app's codes, told what is wrong with either", async () => {
    const { page } = await visit(await setUpLink());
    await page.getByLabel("Your name").fill("Anna Rossi");
    await page.getByLabel("Sign-in name").fill("anna");
    await page.getByRole("button", { name: "Use a password and an authenticator app instead" }).click();
    await page.getByLabel("Password").fill("Password-2026!!");
    await page.getByRole("button", { name: "Go on to the authenticator app" }).click();
    const secret = ((await page.locator(".totp-secret").textContent()) ?? "").replaceAll(" ", "");
    expect(await violations(page)).toEqual([]);
    await page.getByLabel("Code").fill(site.totp(secret));
    await page.getByRole("button", { name: "Come in" }).click();
    await page.getByRole("alert").getByText("Too many people would try this password first.").waitFor();
    await page.getByLabel("Password").fill("seven herons stood still");
    await page.getByRole("button", { name: "Come in" }).click();
    await page.getByRole("button", { name: "Sign out Anna Rossi" }).click();

    await page.getByRole("button", { name: "Use password and code instead" }).click();
    await page.getByLabel("Sign-in name").fill("anna");
    await page.getByLabel("Password").fill("seven herons stood");
    await page.getByLabel("Code").fill("000000");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText("Name, password or code is wrong.").waitFor();
  });

  it("is told that a link does not work any more, and where the first one is", async () => {
    const closed = await visit(`#set-up=${"A".repeat(43)}`);
    await heading(closed.page, "This link does not work any more").waitFor();
    expect(await violations(closed.page)).toEqual([]);
    const nobody = await visit("");
    await heading(nobody.page, "Nobody looks after this site yet").waitFor();
    expect(await violations(nobody.page)).toEqual([]);
  });

  it("is refused by a passkey that nobody touched", async () => {
    const person = await visit(await invitationLink("anna"));
    await person.verify(false);
    await person.page.locator("form button[type=submit]").click();
    await person.page.getByText("The passkey was not given.").waitFor();
    expect(site.kinds()).toEqual([]);
  });
});

describe("the whole fleet server", () => {
  it("lets the first administrator in by the link it prints, and shows care at this site", async () => {
    const folder = mkdtempSync(join(tmpdir(), "wardkey-console-fleet-"));
    const fleet = await startQuietFleet(folder, { consolePageDir: join(projectRoot, "fleet/console/dist/page") });
    try {
      const person = await openPerson(browser, { url: fleet.setupUrl ?? "" });
      people.push(person);
      const { page, complaints } = person;
      await page.getByLabel("Your name").fill("Anna Rossi");
      await page.getByLabel("Sign-in name").fill("anna");
      await page.getByRole("button", { name: "Make a passkey and come in" }).click();
      await heading(page, "Overview").waitFor();
      await page.getByRole("heading", { name: "Ready for the first kiosk" }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByRole("link", { name: "Approvals" }).click();
      await page.getByText("Nothing waits for a passkey.").waitFor();
      // The link without a person: the page token of this start reads, and offers to sign in.
      const visitor = await openPerson(browser, { url: fleet.pageUrl });
      people.push(visitor);
      await heading(visitor.page, "Ready for the first kiosk").waitFor();
      await visitor.page.getByRole("button", { name: "Sign in" }).click();
      await heading(visitor.page, "Sign in to St Mary").waitFor();
      expect([...complaints, ...visitor.complaints]).toEqual([]);
    } finally {
      await fleet.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("two people", () => {
  it("approve an act with their passkeys, each in their own browser, and it happens once", async () => {
    const [anna, bruno] = [await invited("anna"), await invited("bruno")];
    // Roles that are newer than a proposal do not count.
    site.now += 1_000;
    await propose("device.wipe", "bed-7", "anna");
    await anna.page.reload();
    await bruno.page.reload();
    await anna.page.getByRole("link", { name: /Approvals/ }).click();
    await anna.page.getByRole("heading", { name: "Erase identity, lease and policy of bed-7" }).waitFor();
    expect(await violations(anna.page)).toEqual([]);
    await anna.page.getByRole("button", { name: "Approve with a passkey" }).click();
    await anna.page.getByText("You have signed. Somebody else is needed.").waitFor();
    expect(wiped).toEqual([]);
    await bruno.page.getByRole("link", { name: /Approvals/ }).click();
    await bruno.page.getByText("1 of 2: anna").waitFor();
    await bruno.page.getByRole("button", { name: "Approve with a passkey" }).click();
    await bruno.page.getByText("Nothing waits for a passkey.").waitFor();
    await bruno.page.getByRole("row", { name: /bed-7/ }).getByText("done", { exact: true }).waitFor();
    expect(wiped).toEqual(["bed-7"]);
    await propose("device.wipe", "bed-8", "anna");
    await bruno.page.getByRole("button", { name: "Reject" }).click();
    await bruno.page.getByRole("row", { name: /bed-8/ }).getByText("rejected").waitFor();
    expect(wiped).toEqual(["bed-7"]);
  });
});

describe("the second administrator", () => {
  it("is invited on the console, by one passkey while there is nobody else to ask, and comes in by the link", async () => {
    const { page } = await invited("anna");
    await page.getByRole("link", { name: "Administrators" }).click();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Bruno Bianchi");
    await page.getByLabel("Sign-in name").fill("bruno");
    await page.getByRole("radio", { name: /security officer/ }).check({ force: true });
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Invite", exact: true }).click();
    await page.getByRole("heading", { name: "Let Bruno Bianchi (bruno) in as security officer" }).waitFor();
    await page.getByRole("button", { name: "Approve with a passkey" }).click();
    await page.getByText("Nothing waits for a passkey.").waitFor();
    await page.getByRole("link", { name: "Administrators" }).click();
    await page.getByRole("button", { name: "Make a link for bruno" }).click();
    const link = await page.getByRole("textbox", { name: "Link for bruno" }).inputValue();
    expect(await violations(page)).toEqual([]);
    const bruno = await visit(link.replace(`${site.origin}/`, ""));
    await heading(bruno.page, "Welcome").waitFor();
    await bruno.page.getByRole("button", { name: "Make a passkey and come in" }).click();
    await bruno.page.getByRole("button", { name: "Sign out Bruno Bianchi" }).waitFor();
    // From now on a third one needs both, and to shut somebody out takes one.
    await page.reload();
    await page.getByRole("button", { name: "Shut Bruno Bianchi out at once" }).click();
    await page.getByText("shut out", { exact: true }).waitFor();
    await bruno.page.reload();
    await heading(bruno.page, "Sign in to St Mary").waitFor();
  });
});

describe("my access", () => {
  it("shows passkeys and sessions, and ends them", async () => {
    const { page } = await invited("anna");
    await page.getByRole("link", { name: "My access" }).click();
    await heading(page, "My access").waitFor();
    await page.getByText("anna, signed in as anna: administrator.").waitFor();
    await page
      .getByRole("row", { name: /Passkey of this browser/ })
      .getByText("on one device")
      .waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Remove the passkey Passkey of this browser" }).click();
    await page.getByText("This is your only way in: add another passkey first.").waitFor();
    await site.auth.sessions.begin("anna", { means: "passkey", browser: "Another browser" });
    await page.reload();
    await page
      .getByRole("row", { name: /Another browser/ })
      .getByRole("button")
      .click();
    await expect.poll(() => page.getByRole("row", { name: /Another browser/ }).count()).toBe(0);
    await page.getByLabel("Name of another token").fill("Backup");
    await page.getByRole("button", { name: "Make a token for 90 days" }).click();
    expect(await page.getByRole("textbox", { name: "Token Backup" }).inputValue()).toMatch(/^wk_[A-Za-z0-9_-]{43}$/);
    await page.getByRole("button", { name: "Remove the token Backup" }).click();
    await page.getByText("No token.").waitFor();
  });
});

describe("a payload in every field (row 20)", () => {
  it("is text: nothing of it runs, and the policy would not let it", async () => {
    const { page, complaints } = await invited("anna", { name: SCRIPT });
    await site.database("passkeys").update({ name: SCRIPT });
    await site.database("sessions").update({ browser: SCRIPT });
    const first = await propose("device.wipe", SCRIPT, "anna");
    await propose("made.up", SCRIPT, "anna");
    await site.database("approvals").where({ id: first.id }).update({ proposer: SCRIPT });
    await page.reload();
    for (const place of ["overview", "approvals", "administrators", "account"]) {
      await page.goto(`${site.origin}/#/${place}`);
      await page.getByText("onerror").first().waitFor();
      expect(await page.locator("img:not(.status-mark), #root script").count()).toBe(0);
    }
    expect(await page.evaluate("'ran' in window")).toBe(false);
    const added = await page.evaluate(`(() => {
      try {
        document.body.innerHTML = "<img src=x onerror=window.ran=1>";
        return "added";
      } catch (error) {
        return error.name;
      }
    })()`);
    expect([added, await page.evaluate("'ran' in window")]).toEqual(["TypeError", false]);
    expect(complaints.filter((line) => !/404|TrustedHTML/.test(line))).toEqual([]);
  });

  it("in the address registers nobody and is shown nowhere", async () => {
    const { page } = await visit(`#set-up=${encodeURIComponent(SCRIPT)}`);
    await heading(page, "This link does not work any more").waitFor();
    expect([await page.getByText("onerror").count(), await page.evaluate("'ran' in window")]).toEqual([0, false]);
  });
});

describe("in each language, light and dark, narrow and wide", () => {
  for (const [language, dark, width] of [
    ["it", true, 1280],
    ["el", false, 390],
    ["en", true, 390],
  ] as const) {
    it(`has no accessibility finding in ${language}, ${dark ? "dark" : "light"}, ${width} px`, async () => {
      await propose("device.wipe", "bed-7", "anna");
      const { page } = await invited("anna", { language, dark, width });
      expect(await page.evaluate("document.documentElement.lang")).toBe(language);
      for (const place of ["approvals", "administrators", "account"]) {
        await page.goto(`${site.origin}/#/${place}`);
        await page.locator("h1").waitFor();
        await page
          .getByRole("main")
          .getByText(place === "approvals" ? "bed-7" : "anna")
          .first()
          .waitFor();
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
      }
    });
  }
});
