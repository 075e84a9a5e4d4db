import { randomUUID } from "node:crypto";
import type { Fleet } from "@wardkey/fleet-server";
import type { Role } from "@wardkey/protocol/fleet";
import { type Browser, chromium } from "playwright-core";
import { chromiumArguments, findChromium } from "../../src/shift/browser.js";
import { type Look, PersonAtBrowser } from "./person.js";

/** A console that answers, by whatever server. */
export interface OpenConsole {
  /** By a name: passkeys work on names only. */
  readonly origin: string;
  readonly auth: Pick<Fleet["auth"], "invitations">;
}

/** Whom somebody is invited as. */
export interface Invited extends Look {
  readonly role?: Role;
  /** A new one unless given. */
  readonly login?: string;
  /** The login unless given. */
  readonly name?: string;
}

/** Chromium, and everybody who looks at a console in it, each in a browser context of their own. */
export class ConsoleBrowser {
  readonly #browser: Browser;
  #people: PersonAtBrowser[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch(): Promise<ConsoleBrowser> {
    const args = [...chromiumArguments];
    return new ConsoleBrowser(await chromium.launch({ executablePath: findChromium(), headless: true, args }));
  }

  async open(url: string, look: Look = {}): Promise<PersonAtBrowser> {
    const person = await PersonAtBrowser.open(this.#browser, { url, ...look });
    this.#people.push(person);
    return person;
  }

  /** The first administrator, who came in over the link that the server printed. */
  async first(setUpUrl: string, { name, login, ...look }: Look & { name: string; login: string }) {
    const person = await this.open(setUpUrl, look);
    await person.page.getByLabel("Your name").fill(name);
    await person.page.getByLabel("Sign-in name").fill(login);
    await person.page.keyboard.press("Enter");
    await person.arrived();
    return person;
  }

  /** Somebody who came in by an invitation: an administrator unless told otherwise. */
  async enter(console: OpenConsole, invited: Invited = {}): Promise<PersonAtBrowser> {
    const person = await this.open(await invitationTo(console, invited), invited);
    await person.page.locator("form button[type=submit]").click();
    await person.arrived();
    return person;
  }

  /** Everybody goes; the browser stays. */
  async leave(): Promise<void> {
    for (const person of this.#people.splice(0)) await person.context.close();
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** The link of a new invitation, by the machine's own word. */
export async function invitationTo({ origin, auth }: OpenConsole, invited: Invited): Promise<string> {
  const { role = "administrator", login = `${role}-${randomUUID().slice(0, 8)}`, name = login } = invited;
  const id = randomUUID();
  await auth.invitations.invite(id, { kind: "invitation", login, name, role, by: "machine" });
  return `${origin}/#invitation=${(await auth.invitations.link(id, "machine")).secret}`;
}
