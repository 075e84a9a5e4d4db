import { Problem } from "@wardkey/protocol/fleet";
import type { APIResponse, Browser, BrowserContext, CDPSession, Page } from "playwright-core";
import { WatchedPage } from "./watched-page.js";

/** How somebody looks at a page. */
export interface Look {
  readonly language?: string | undefined;
  readonly dark?: boolean | undefined;
  readonly width?: number | undefined;
}

/** As long as any one thing on a page may take, on a machine that does other things too. */
const PATIENCE_MS = 20_000;

/** Somebody at a browser of their own, with a simulated authenticator (Chromium's, over CDP) that says yes to everything. */
export class PersonAtBrowser extends WatchedPage {
  readonly context: BrowserContext;
  /** What the page wrote on the console as errors or warnings, and what it threw. */
  readonly complaints: string[] = [];
  readonly #devtools: CDPSession;
  readonly #authenticatorId: string;

  private constructor(page: Page, authenticator: { devtools: CDPSession; id: string }) {
    super(page);
    this.context = page.context();
    this.#devtools = authenticator.devtools;
    this.#authenticatorId = authenticator.id;
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  static async open(browser: Browser, { url, ...look }: Look & { readonly url: string }): Promise<PersonAtBrowser> {
    const context = await browser.newContext({
      viewport: { width: look.width ?? 1280, height: 900 },
      locale: look.language ?? "en",
      timezoneId: "UTC",
      colorScheme: look.dark === true ? "dark" : "light",
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    const person = new PersonAtBrowser(page, { devtools, id: authenticatorId });
    await page.goto(url);
    await page.waitForSelector("h1");
    return person;
  }

  /**
   * Asks the site by their session, past what the page offers: `null`, or the code with which it refuses. The browser's
   * console hears nothing of it.
   */
  async asks(method: string, path: string, body?: object): Promise<string | null> {
    const answer = await this.#call(method, path, body === undefined ? {} : { data: body, type: "application/json" });
    return answer.ok() ? null : Problem.parse(await answer.json()).code;
  }

  /** Sends a file of this type likewise. Resolves with what the site says, a refusal too. */
  async sends(path: string, type: string, file: string): Promise<unknown> {
    return (await this.#call("POST", path, { data: Buffer.from(file), type })).json();
  }

  #call(method: string, path: string, { data, type }: { data?: object; type?: string }): Promise<APIResponse> {
    const { origin } = new URL(this.page.url());
    return this.context.request.fetch(`${origin}${path}`, {
      method,
      headers: { origin, "sec-fetch-site": "same-origin", ...(type === undefined ? {} : { "content-type": type }) },
      ...(data === undefined ? {} : { data }),
    });
  }

  /** The authenticator forgets or remembers who touches it. */
  async verify(isUserVerified: boolean): Promise<void> {
    await this.#devtools.send("WebAuthn.setUserVerified", { authenticatorId: this.#authenticatorId, isUserVerified });
  }
}
