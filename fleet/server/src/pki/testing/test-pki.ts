import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Clock, type Duration, hours, type Instant, instant } from "@wardkey/protocol";
import type { FastifyBaseLogger } from "fastify";
import { pino } from "pino";
import { createDeviceServer, type DeviceServer } from "../../platform/http/device-server.js";
import { mergeProblemTitles, platformProblemTitles } from "../../platform/http/problem.js";
import { type TestDatabase, testDatabase } from "../../platform/sql/testing/test-database.js";
import {
  type EstRouteParts,
  estRoutes,
  type FleetPki,
  type FleetPkiParts,
  openPki,
  pkiMigrations,
  pkiProblemTitles,
} from "../index.js";

export const SITE = { id: "st-mary", name: "St Mary" };

/** A clock that begins in the past, because OpenSSL checks a server's certificate by the machine's own. */
export class PastClock implements Clock {
  #wall = Date.now() - hours(100);
  #monotonic = 0;

  now(): ReturnType<Clock["now"]> {
    return instant(this.#wall);
  }

  monotonic(): number {
    return this.#monotonic;
  }

  move(by: Duration): void {
    this.#wall += by;
    this.#monotonic += by;
  }
}

export const quiet: FastifyBaseLogger = pino({ level: "silent" });

/** A site's certificate authority in its own folder and database, which outlive its restarts. */
export class TestPki {
  readonly folder: string;
  readonly clock = new PastClock();
  readonly names = new Map<string, { name: string; ward: string }>();
  readonly #database: TestDatabase;
  #pki: FleetPki | null = null;
  #server: DeviceServer | null = null;
  url = "https://127.0.0.1:1";

  private constructor(folder: string, database: TestDatabase) {
    this.folder = folder;
    this.#database = database;
    for (const device of ["bed-7", "bed-8", "lab-1", "gateway"]) {
      this.names.set(device, { name: device.toUpperCase(), ward: "Ward 3" });
    }
  }

  /** One that has started. */
  static async opened(): Promise<TestPki> {
    const site = await TestPki.make();
    await site.open();
    return site;
  }

  static async make(makeDatabase = testDatabase): Promise<TestPki> {
    return new TestPki(await mkdtemp(join(tmpdir(), "wardkey-pki-")), await makeDatabase(pkiMigrations));
  }

  get pkiFolder(): string {
    return join(this.folder, "pki");
  }

  get rootKeyFile(): string {
    return join(this.pkiFolder, "root.key");
  }

  /** What a ceremony over this folder takes. */
  get ceremony(): { folder: string; site: typeof SITE; now: Instant } {
    return { folder: this.pkiFolder, site: SITE, now: this.clock.now() };
  }

  get database(): TestDatabase["database"] {
    return this.#database.database;
  }

  get pki(): FleetPki {
    if (this.#pki === null) throw new Error("the test did not open its authority");
    return this.#pki;
  }

  get server(): DeviceServer {
    if (this.#server === null) throw new Error("the test did not start its server");
    return this.#server;
  }

  async open(parts: Partial<FleetPkiParts> = {}): Promise<FleetPki> {
    this.#pki = await openPki({
      folder: this.pkiFolder,
      site: SITE,
      database: this.database,
      clock: this.clock,
      logger: quiet,
      serverNames: ["localhost", "127.0.0.1"],
      deviceUrl: () => this.url,
      deviceNamed: async (device) => this.names.get(device) ?? null,
      ...parts,
    });
    return this.#pki;
  }

  async close(): Promise<void> {
    await this.#server?.close();
    await this.#pki?.stop();
    this.#server = null;
    this.#pki = null;
  }

  async remove(): Promise<void> {
    await this.close();
    await this.#database.remove();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** EST over TLS, on any free port. */
  async serve({
    rotating = true,
    refused,
    ...limits
  }: {
    rotating?: boolean;
    callsPerMinuteAndDevice?: number;
    refused?: EstRouteParts["refused"];
  } = {}): Promise<DeviceServer> {
    const { pki } = this;
    const server = await createDeviceServer({
      tls: pki.tls,
      gate: pki,
      logger: quiet,
      clock: this.clock,
      titles: mergeProblemTitles(platformProblemTitles, pkiProblemTitles),
      ...limits,
    });
    if (rotating) pki.onDenied(() => server.rotateTicketKeys());
    estRoutes(server, { est: pki.est, crl: pki.crl, ...(refused === undefined ? {} : { refused }) });
    server.http.get("/v1/device/whoami", { config: { access: "device" } }, async (request) => server.callerOf(request));
    this.url = await server.listen({ host: "127.0.0.1", port: 0 });
    this.#server = server;
    return server;
  }

  async token(device: string, profile: "kiosk" | "medical-device" | "service" = "kiosk"): Promise<string> {
    const issued = await this.pki.issueTicket({ device, profile, ttl: hours(1) });
    if (!issued.ok) throw new Error(`no ticket: ${issued.code}`);
    return issued.ticket.token;
  }

  /** Writes into the test's folder and answers where. */
  async file(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  }
}

const execute = promisify(execFile);

/** Runs a program of the system in `folder` and answers what it said; throws what it complained of. */
export async function run(folder: string, program: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute(program, args, { cwd: folder, timeout: 20_000, encoding: "utf8" });
  return stdout;
}
