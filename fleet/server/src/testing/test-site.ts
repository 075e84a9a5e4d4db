import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { type Clock, type Duration, instant } from "@wardkey/protocol";
import { EnrolmentGrant, type JournalEvent, KioskIdentity, KioskLease, SiteOverview } from "@wardkey/protocol/fleet";
import { JOURNAL_GENESIS, journalHash } from "@wardkey/protocol/fleet/journal-hash";
import { pino } from "pino";
import { type Site, startSite } from "../index.js";

/** A clock that a test moves. */
export class MovableClock implements Clock {
  #wall = Date.UTC(2026, 10, 22, 9, 0, 0);
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

export type Answer = { status: number; headers: Headers; body: unknown; code: string | null };

/** One site in its own folder, which outlives its restarts. */
export class TestSite {
  readonly folder: string;
  readonly clock = new MovableClock();
  /** Everything that the site logged, at the most talkative level. */
  readonly logged: string[] = [];
  #site: Site | null = null;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<TestSite> {
    return new TestSite(await mkdtemp(join(tmpdir(), "wardkey-site-")));
  }

  get dataDir(): string {
    return join(this.folder, "data");
  }

  get config(): Parameters<typeof startSite>[0]["config"] {
    return {
      dataDir: this.dataDir,
      port: 0,
      siteId: "st-mary",
      siteName: "St Mary",
      operatorCodeFile: join(this.folder, "operator-code"),
      kioskBootstrapTokenFile: join(this.folder, "bootstrap-token"),
      statusPageDir: join(this.folder, "page"),
    };
  }

  async start(config: Partial<Parameters<typeof startSite>[0]["config"]> = {}): Promise<Site> {
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.logged.push(chunk.toString("utf8"));
        done();
      },
    });
    const logger = pino({ level: "trace" }, sink);
    this.#site = await startSite({ config: { ...this.config, ...config }, clock: this.clock, logger });
    return this.#site;
  }

  get running(): Site {
    if (this.#site === null) throw new Error("the test did not start its site");
    return this.#site;
  }

  async stop(): Promise<void> {
    const site = this.#site;
    this.#site = null;
    await site?.stop();
  }

  async restart(): Promise<Site> {
    await this.stop();
    return this.start();
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  secret(name: "operator-code" | "bootstrap-token"): Promise<string> {
    return readFile(join(this.folder, name), "utf8").then((text) => text.trim());
  }

  async call(
    method: string,
    path: string,
    { token, body, headers }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const response = await fetch(new URL(path, this.running.url), {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    const parsed: unknown = isJson ? JSON.parse(text) : text;
    const code = typeof parsed === "object" && parsed !== null && "code" in parsed ? String(parsed.code) : null;
    return { status: response.status, headers: response.headers, body: parsed, code };
  }

  async overview(): Promise<SiteOverview> {
    const token = new URL(this.running.pageUrl).hash.replace("#token=", "");
    return SiteOverview.parse((await this.call("GET", "/v1/overview", { token })).body);
  }
}

export const spkiOf = (key: KeyObject): string => key.export({ format: "der", type: "spki" }).toString("base64url");
export const newKeyPair = (): { publicKey: KeyObject; privateKey: KeyObject } =>
  generateKeyPairSync("ec", { namedCurve: "P-256" });

/** A kiosk as the site sees it. */
export class TestKiosk {
  readonly id: string;
  readonly key: KeyObject = newKeyPair().publicKey;
  readonly journal = new TestJournal();
  readonly #site: TestSite;
  #identity: KioskIdentity | null = null;

  constructor(site: TestSite, id = "bed-7") {
    this.#site = site;
    this.id = id;
  }

  get identity(): KioskIdentity {
    if (this.#identity === null) throw new Error("the test did not enrol its kiosk");
    return this.#identity;
  }

  get token(): string {
    return this.identity.kioskToken;
  }

  enrolment(bootstrapToken: string): Record<string, unknown> {
    return { bootstrapToken, id: this.id, name: "Bed 7", ward: "Ward 3B", readerPublicKey: spkiOf(this.key) };
  }

  async enrol(): Promise<this> {
    const body = this.enrolment(await this.#site.secret("bootstrap-token"));
    this.#identity = KioskIdentity.parse((await this.#site.call("POST", "/v1/kiosks", { body })).body);
    return this;
  }

  call(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.#site.call(method, path, { token: this.token, ...(body === undefined ? {} : { body }) });
  }

  async lease(): Promise<KioskLease> {
    return KioskLease.parse((await this.call("GET", "/v1/kiosk/lease")).body);
  }

  async begin(facts: Record<string, unknown> = {}): Promise<Answer> {
    const operatorCode = await this.#site.secret("operator-code");
    const body = { operatorCode, givenName: "Anna", familyName: "Rossi", ...facts };
    return this.call("POST", "/v1/enrolments", body);
  }

  async grant(facts: Record<string, unknown> = {}): Promise<EnrolmentGrant> {
    return EnrolmentGrant.parse((await this.begin(facts)).body);
  }

  send(events: readonly JournalEvent[]): Promise<Answer> {
    return this.call("POST", "/v1/kiosk/events", { events });
  }
}

/** What a kiosk would ask a credential for: a phone's new key and the digest of a template that stays elsewhere. */
export const credentialRequest = (key: KeyObject = newKeyPair().publicKey): Record<string, string> => ({
  holderPublicKey: spkiOf(key),
  templateDigest: randomBytes(32).toString("base64url"),
  transcript: randomBytes(32).toString("base64url"),
});

/** A hash chain as an agent writes it. */
export class TestJournal {
  #head: Uint8Array = JOURNAL_GENESIS;
  #seq = 0;

  append(kind = "session.near", body: JournalEvent["body"] = {}): JournalEvent {
    this.#seq += 1;
    const entry = { seq: this.#seq, id: randomUUID(), at: 1_795_338_000_000 + this.#seq, kind, body };
    this.#head = journalHash(this.#head, entry);
    return { ...entry, hash: Buffer.from(this.#head).toString("base64url") };
  }

  grow(count: number): JournalEvent[] {
    return Array.from({ length: count }, () => this.append());
  }

  /** Another continuation from the same place, as a rewritten journal would have. */
  fork(): TestJournal {
    const fork = new TestJournal();
    fork.#head = this.#head;
    fork.#seq = this.#seq;
    return fork;
  }
}
