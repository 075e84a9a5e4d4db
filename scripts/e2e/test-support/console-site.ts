import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fleet } from "@wardkey/fleet-server";
import { startQuietFleet } from "@wardkey/fleet-server/testing/fleet";
import sqlite3 from "sqlite3";
import { projectRoot } from "../../src/project-root.js";
import { ConsoleBrowser, type Invited } from "./console-browser.js";
import type { Look, PersonAtBrowser } from "./person.js";

/** As `build.mjs` makes them; WARDKEY_CONSOLE_PAGE names others that somebody works at. */
export const consolePages = process.env["WARDKEY_CONSOLE_PAGE"] ?? join(projectRoot, "fleet/console/dist/page");

/** What is at the site when its server starts. */
export interface SiteStart {
  readonly siteName?: string;
  /** A kiosk stands in each: `bed-0`, `bed-1` and so on. */
  readonly wards?: readonly string[];
}

/** A whole fleet server, and people at their own browsers in its console. */
export class ConsoleSite {
  readonly fleet: Fleet;
  readonly #folder: string;
  readonly #browser: ConsoleBrowser;

  private constructor(folder: string, fleet: Fleet, browser: ConsoleBrowser) {
    this.#folder = folder;
    this.fleet = fleet;
    this.#browser = browser;
  }

  static async start({ wards = [], ...named }: SiteStart = {}): Promise<ConsoleSite> {
    const folder = mkdtempSync(join(tmpdir(), "wardkey-console-"));
    const tickets = wards.map((ward, place) => ({
      ...{ device: `bed-${place}`, profile: "kiosk" as const, name: `Bed ${place}`, ward },
      file: join(folder, `bed-${place}.json`),
    }));
    const fleet = await startQuietFleet(folder, { ...named, tickets, consolePageDir: consolePages });
    return new ConsoleSite(folder, fleet, await ConsoleBrowser.launch());
  }

  async remove(): Promise<void> {
    await this.#browser.close();
    await this.fleet.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get origin(): string {
    return new URL(this.fleet.url).origin;
  }

  /** The first administrator, who came in over the link that the server printed. */
  first(who: Look & { name: string; login: string }): Promise<PersonAtBrowser> {
    return this.#browser.first(String(this.fleet.setupUrl), who);
  }

  /** Somebody who came in by an invitation. */
  enter(invited: Invited): Promise<PersonAtBrowser> {
    return this.#browser.enter({ origin: this.origin, auth: this.fleet.auth }, invited);
  }

  /** Everybody goes; the site stays. */
  leave(): Promise<void> {
    return this.#browser.leave();
  }

  /** Changes the site's database behind the server's back. */
  tamper(sql: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const database = new sqlite3.Database(join(this.#folder, "data", "site.db"));
      database.configure("busyTimeout", 10_000);
      database.exec(sql, (error) => database.close(() => (error ? reject(error) : resolve())));
    });
  }
}
