import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startQuietFleet } from "@wardkey/fleet-server/testing/fleet";
import type { JournalEvent, Role } from "@wardkey/protocol/fleet";
import { JournalHasher } from "@wardkey/protocol/fleet/journal-hash";
import { type Browser, chromium } from "playwright-core";
import sqlite3 from "sqlite3";
import { projectRoot } from "../../src/project-root.js";
import { chromiumArguments, findChromium } from "../../src/shift/browser.js";
import { openPerson, type PersonAtBrowser } from "./person.js";

/** A fleet server with two kiosks, what one of them journaled, and people at their own browsers in its console. */
export class ConsoleSite {
  readonly fleet: Awaited<ReturnType<typeof startQuietFleet>>;
  readonly #folder: string;
  readonly #browser: Browser;

  private constructor(folder: string, fleet: ConsoleSite["fleet"], browser: Browser) {
    this.#folder = folder;
    this.fleet = fleet;
    this.#browser = browser;
  }

  static async start(): Promise<ConsoleSite> {
    const folder = mkdtempSync(join(tmpdir(), "wardkey-console-"));
    const fleet = await startQuietFleet(folder, { consolePageDir: join(projectRoot, "fleet/console/dist/page") });
    const { registry } = fleet.machines.devices;
    for (const device of ["bed-7", "bed-8"]) {
      const about = { name: `Name of ${device}`, ward: "ICU", kind: "kiosk" as const, tags: ["night"] };
      await registry.add({ id: device, ...about }, "machine");
      await registry.act(device, "enrol");
    }
    await fleet.records.audit.take("bed-7", taps());
    const args = [...chromiumArguments];
    const browser = await chromium.launch({ executablePath: findChromium(), headless: true, args });
    return new ConsoleSite(folder, fleet, browser);
  }

  async remove(): Promise<void> {
    await this.#browser.close();
    await this.fleet.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Passkeys work on names only. */
  get origin(): string {
    return `http://localhost:${new URL(this.fleet.url).port}`;
  }

  /** Somebody who came in by an invitation, in a browser of their own. */
  async enter(login: string, role: Role): Promise<PersonAtBrowser> {
    const { invitations } = this.fleet.auth;
    const id = randomUUID();
    await invitations.invite(id, { kind: "invitation", login, name: login, role, by: "machine" });
    const { secret } = await invitations.link(id, "machine");
    const person = await openPerson(this.#browser, { url: `${this.origin}/#invitation=${secret}`, width: 1440 });
    await person.page.locator("form button[type=submit]").click();
    await person.page.getByRole("link", { name: "Policy" }).waitFor();
    return person;
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

/** A kiosk's journal: people who came in by face, one with a mask, one by badge. */
function taps(): JournalEvent[] {
  const hasher = new JournalHasher();
  let hash = "A".repeat(43);
  const face = { branch: "bare", cameraAttested: false, livenessEnforced: false };
  const bodies = [face, { ...face, branch: "masked" }, { way: "badge" }];
  return bodies.map((body, index) => {
    const about = { session: randomUUID(), staffId: "anna-rossi", ...body };
    const entry = {
      seq: index + 1,
      id: randomUUID(),
      at: Date.now() - 60_000 + index,
      kind: "session.unlocked",
      body: about,
    };
    hash = hasher.chain(hash, entry);
    return { ...entry, hash };
  });
}
