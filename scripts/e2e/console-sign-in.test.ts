import { type ApprovalKind, TestConsole } from "@wardkey/fleet-server/testing/console";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { ConsoleBrowser, type Invited, invitationTo } from "./test-support/console-browser.js";
import { ConsoleSite, consolePages } from "./test-support/console-site.js";

const SCRIPT = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>';
let browser: ConsoleBrowser;
let site: TestConsole;
let wiped: string[];

/** Several people in several browsers, on a machine that does other things too. */
vi.setConfig({ testTimeout: 90_000 });

beforeAll(async () => {
  browser = await ConsoleBrowser.launch();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  wiped = [];
  site = await TestConsole.start(consolePages);
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
  await browser.leave();
  await site.remove();
});

async function setUpLink(): Promise<string> {
  return setUpWith(await site.auth.invitations.openSetUp(setUpWith));
}

const setUpWith = (secret: string | null): string => `${site.origin}/#set-up=${secret}`;
const enter = (login: string, other: Invited = {}) => browser.enter(site, { login, ...other });

const propose = (kind: string, device: string, by: string) =>
  site.auth.approvals.propose({ kind, args: { device }, by: { id: by, name: by, role: "administrator" } });

describe("the first administrator", () => {
  it("comes in by the link with a passkey, which leaves the address, and again by the passkey alone", async () => {
    const anna = await browser.open(await setUpLink());
    const { page, complaints } = anna;
    await anna.heading("You are the first administrator").waitFor();
    expect(page.url()).toBe(`${site.origin}/`);
    expect(await anna.violations()).toEqual([]);
    await page.getByLabel("Your name").fill("Anna Rossi");
    await page.getByLabel("Sign-in name").fill("anna");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Sign out Anna Rossi" }).click();
    await anna.heading("Sign in to St Mary").waitFor();
    expect(await anna.violations()).toEqual([]);
    // By keyboard alone: the passkey's button has the focus.
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Sign out Anna Rossi" }).waitFor();
    expect(site.kinds()).toEqual(["admin.registered", "admin.signed-in", "admin.signed-out", "admin.signed-in"]);
    // Chromium's own notes: a picture that is not there, a question that was under way when she signed out.
    expect(complaints.filter((line) => !/status of 40[14]/.test(line))).toEqual([]);
  });

  it("may take a password and an app's codes, told what is wrong with either", async () => {
    const anna = await browser.open(await setUpLink());
    const { page } = anna;
    await page.getByLabel("Your name").fill("Anna Rossi");
    await page.getByLabel("Sign-in name").fill("anna");
    await page.getByRole("button", { name: "Use a password and an authenticator app instead" }).click();
    await page.getByLabel("Password").fill("Password-2026!!");
    await page.getByRole("button", { name: "Go on to the authenticator app" }).click();
    const secret = ((await page.locator(".totp-secret").textContent()) ?? "").replaceAll(" ", "");
    expect(await anna.violations()).toEqual([]);
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
    const closed = await browser.open(setUpWith("A".repeat(43)));
    await closed.heading("This link does not work any more").waitFor();
    expect(await closed.violations()).toEqual([]);
    const nobody = await browser.open(site.origin);
    await nobody.heading("Nobody looks after this site yet").waitFor();
    expect(await nobody.violations()).toEqual([]);
  });

  it("is refused by a passkey that nobody touched", async () => {
    const person = await browser.open(await invitationTo(site, { login: "anna" }));
    await person.verify(false);
    await person.page.locator("form button[type=submit]").click();
    await person.page.getByText("The passkey was not given.").waitFor();
    expect(site.kinds()).toEqual([]);
  });
});

describe("the whole fleet server", () => {
  it("lets the first administrator in by the link it prints, and shows care at this site", async () => {
    const whole = await ConsoleSite.start();
    try {
      const anna = await browser.open(whole.fleet.setupUrl ?? "");
      const { page, complaints } = anna;
      await page.getByLabel("Your name").fill("Anna Rossi");
      await page.getByLabel("Sign-in name").fill("anna");
      await page.getByRole("button", { name: "Make a passkey and come in" }).click();
      await anna.heading("Overview").waitFor();
      await page.getByRole("heading", { name: "Ready for the first kiosk" }).waitFor();
      expect(await anna.violations()).toEqual([]);
      await page.getByRole("link", { name: "Approvals" }).click();
      await page.getByText("Nothing waits for a passkey.").waitFor();
      // The link without a person: the page token of this start reads, and offers to sign in.
      const visitor = await browser.open(whole.fleet.pageUrl);
      await visitor.heading("Ready for the first kiosk").waitFor();
      await visitor.page.getByRole("button", { name: "Sign in" }).click();
      await visitor.heading("Sign in to St Mary").waitFor();
      expect([...complaints, ...visitor.complaints]).toEqual([]);
    } finally {
      await whole.remove();
    }
  });
});

describe("two people", () => {
  it("approve an act with their passkeys, each in their own browser, and it happens once", async () => {
    const [anna, bruno] = [await enter("anna"), await enter("bruno")];
    // Roles that are newer than a proposal do not count.
    site.now += 1_000;
    await propose("device.wipe", "bed-7", "anna");
    await anna.page.reload();
    await bruno.page.reload();
    await anna.page.getByRole("link", { name: /Approvals/ }).click();
    await anna.page.getByRole("heading", { name: "Erase identity, lease and policy of bed-7" }).waitFor();
    expect(await anna.violations()).toEqual([]);
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
    const anna = await enter("anna");
    const { page } = anna;
    await page.getByRole("link", { name: "Administrators" }).click();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Bruno Bianchi");
    await page.getByLabel("Sign-in name").fill("bruno");
    await page.getByRole("radio", { name: /security officer/ }).check({ force: true });
    expect(await anna.violations()).toEqual([]);
    await page.getByRole("button", { name: "Invite", exact: true }).click();
    await page.getByRole("heading", { name: "Let Bruno Bianchi (bruno) in as security officer" }).waitFor();
    await page.getByRole("button", { name: "Approve with a passkey" }).click();
    await page.getByText("Nothing waits for a passkey.").waitFor();
    await page.getByRole("link", { name: "Administrators" }).click();
    await page.getByRole("button", { name: "Make a link for bruno" }).click();
    const link = await page.getByRole("textbox", { name: "Link for bruno" }).inputValue();
    expect(await anna.violations()).toEqual([]);
    const bruno = await browser.open(link);
    await bruno.heading("Welcome").waitFor();
    await bruno.page.getByRole("button", { name: "Make a passkey and come in" }).click();
    await bruno.page.getByRole("button", { name: "Sign out Bruno Bianchi" }).waitFor();
    // From now on a third one needs both, and to shut somebody out takes one.
    await page.reload();
    await page.getByRole("button", { name: "Shut out at once: Bruno Bianchi" }).click();
    await page
      .getByRole("row", { name: /Bruno Bianchi/ })
      .getByText("shut out", { exact: true })
      .waitFor();
    await bruno.page.reload();
    await bruno.heading("Sign in to St Mary").waitFor();
  });
});

describe("my access", () => {
  it("shows passkeys and sessions, and ends them", async () => {
    const anna = await enter("anna");
    const { page } = anna;
    await page.getByRole("link", { name: "My access" }).click();
    await anna.heading("My access").waitFor();
    await page.getByText("anna, signed in as anna: administrator.").waitFor();
    await page
      .getByRole("row", { name: /Passkey of this browser/ })
      .getByText("on one device")
      .waitFor();
    expect(await anna.violations()).toEqual([]);
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
    const anna = await enter("anna", { name: SCRIPT });
    const { page, complaints } = anna;
    await site.database("passkeys").update({ name: SCRIPT });
    await site.database("sessions").update({ browser: SCRIPT });
    const first = await propose("device.wipe", SCRIPT, "anna");
    await propose("made.up", SCRIPT, "anna");
    await site.database("approvals").where({ id: first.id }).update({ proposer: SCRIPT });
    await page.reload();
    for (const place of ["overview", "approvals", "administrators", "account"]) {
      await anna.visit(`#/${place}`);
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
    const visitor = await browser.open(setUpWith(encodeURIComponent(SCRIPT)));
    const { page } = visitor;
    await visitor.heading("This link does not work any more").waitFor();
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
      const anna = await enter("anna", { language, dark, width });
      const { page } = anna;
      expect(await page.evaluate("document.documentElement.lang")).toBe(language);
      for (const place of ["approvals", "administrators", "account"]) {
        await anna.visit(`#/${place}`);
        await page
          .getByRole("main")
          .getByText(place === "approvals" ? "bed-7" : "anna")
          .first()
          .waitFor();
        expect(await anna.violations()).toEqual([]);
        expect(await anna.fits()).toBe(true);
      }
    });
  }
});
