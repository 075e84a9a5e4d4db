import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { FleetBodies, isFleetKind } from "@wardkey/protocol/fleet";
import { pino } from "pino";
import { Registry } from "prom-client";
import { type ApiServer, closeApiServer, listenOn } from "../../http/api-server.js";
import { consoleOrigins, createConsoleServer } from "../../http/console-server.js";
import { pageFiles } from "../../http/page-files.js";
import { mergeProblemTitles, platformProblemTitles } from "../../http/problem.js";
import { testDatabase } from "../../sql/testing/test-database.js";
import { healthRoutes } from "../../telemetry/health.js";
import { metricsRoute, observeHttp } from "../../telemetry/metrics.js";
import { type Auth, authMigrations, authProblemTitles, authRoutes, openAuth } from "../index.js";
import { totpCode } from "../totp.js";
import { Visitor } from "./visitor.js";

export type { ApprovalKind } from "../index.js";

export const PAGE_TOKEN = "page-token-of-the-test-1234567890abcdefghij";

/** A console with its administrators, over a real socket, with a clock that the test moves. */
export class TestConsole {
  now = Date.UTC(2026, 10, 22, 9, 0, 0);
  /** While set, the audit takes nothing. */
  auditFails: Error | null = null;
  readonly recorded: { kind: string; body: Record<string, unknown> }[] = [];
  readonly logged: string[] = [];
  readonly folder: string;
  readonly #database: Awaited<ReturnType<typeof testDatabase>>;
  #auth: Auth | null = null;
  #server: ApiServer | null = null;
  #port = 0;
  readonly #pageFolder: string | null;

  private constructor(folder: string, database: Awaited<ReturnType<typeof testDatabase>>, pageFolder: string | null) {
    this.folder = folder;
    this.#database = database;
    this.#pageFolder = pageFolder;
  }

  static async start(pageFolder: string | null = null): Promise<TestConsole> {
    const folder = await mkdtemp(join(tmpdir(), "wardkey-console-"));
    const made = new TestConsole(folder, await testDatabase(authMigrations), pageFolder);
    await made.open();
    return made;
  }

  get auth(): Auth {
    if (this.#auth === null) throw new Error("the test console is closed");
    return this.#auth;
  }
  get server(): ApiServer {
    if (this.#server === null) throw new Error("the test console is closed");
    return this.#server;
  }
  get database(): Auth["world"]["database"] {
    return this.#database.database;
  }
  get port(): number {
    return this.#port;
  }
  get origin(): string {
    return `http://localhost:${this.#port}`;
  }

  /** Also after `close`: what the database holds is what a restart finds. */
  async open(): Promise<void> {
    const own: { server: ApiServer | null } = { server: null };
    const auth = await openAuth(
      {
        database: this.#database.database,
        now: () => this.now,
        randomBytes: (size) => new Uint8Array(randomBytes(size)),
        newId: randomUUID,
        record: async (kind, body) => {
          if (this.auditFails !== null) throw this.auditFails;
          // The audit would refuse a body that its kind does not allow.
          if (!isFleetKind(kind)) throw new Error(`the audit knows no ${kind}`);
          FleetBodies[kind].parse(body);
          this.recorded.push({ kind, body });
        },
      },
      {
        dataDir: this.folder,
        party: {
          id: "localhost",
          name: "St Mary",
          origins: () => (own.server === null ? [] : consoleOrigins(own.server, undefined)),
        },
      },
    );
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.logged.push(chunk.toString("utf8"));
        done();
      },
    });
    const registry = new Registry();
    const server = await createConsoleServer({
      logger: pino({ level: "trace" }, sink),
      titles: mergeProblemTitles(platformProblemTitles, authProblemTitles),
      identify: (proof) => auth.signIn.identify(proof),
      pageToken: PAGE_TOKEN,
    });
    own.server = server;
    observeHttp(server, { registry, listener: "console" });
    metricsRoute(server, { registry, token: "metrics-token-1234567890" });
    healthRoutes(server, [{ name: "database", check: async () => void (await auth.administrators.none()) }]);
    authRoutes(server, { auth, siteName: "St Mary", secure: false });
    if (this.#pageFolder !== null) await pageFiles(server, this.#pageFolder);
    this.#auth = auth;
    this.#server = server;
    this.#port = await listenOn(server, { host: "127.0.0.1", port: this.#port, key: "port" });
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.#auth = null;
    if (server !== null) await closeApiServer(server);
  }

  async remove(): Promise<void> {
    await this.close();
    await this.#database.remove();
    await rm(this.folder, { recursive: true, force: true });
  }

  visitor(): Visitor {
    return new Visitor(() => this.origin);
  }

  /** Invites by the machine's own word and registers with a new passkey. */
  async administrator(
    login: string,
    role: "viewer" | "operator" | "security-officer" | "administrator" = "administrator",
  ): Promise<Visitor> {
    const id = randomUUID();
    await this.auth.invitations.invite(id, { kind: "invitation", login, name: login, role, by: "machine" });
    const { secret } = await this.auth.invitations.link(id, "machine");
    const visitor = this.visitor();
    await visitor.register(secret, login);
    return visitor;
  }

  /** What an authenticator app would show now. */
  totp(secret: string): string {
    return totpCode(secret, this.now);
  }

  kinds(): string[] {
    return this.recorded.map(({ kind }) => kind);
  }
}
