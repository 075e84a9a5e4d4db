import type { Browser, BrowserContext, Page } from "playwright-core";

/** Somebody at a browser of their own, with a simulated authenticator (Chromium's, over CDP) that says yes to everything. */
export interface PersonAtBrowser {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page wrote on the console as errors or warnings, and what it threw. */
  readonly complaints: readonly string[];
  /** The authenticator forgets or remembers who touches it. */
  verify(isVerified: boolean): Promise<void>;
}

export async function openPerson(
  browser: Browser,
  options: { url: string; language?: string; dark?: boolean; width?: number },
): Promise<PersonAtBrowser> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: 900 },
    locale: options.language ?? "en",
    timezoneId: "UTC",
    colorScheme: options.dark === true ? "dark" : "light",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
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
  await page.goto(options.url);
  await page.waitForSelector("h1");
  return {
    page,
    context,
    complaints,
    verify: async (isUserVerified) => {
      await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
    },
  };
}
