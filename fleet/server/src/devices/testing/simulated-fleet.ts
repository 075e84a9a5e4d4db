import { createHash, generateKeyPairSync } from "node:crypto";
import { milliseconds } from "@wardkey/protocol";
import { createSigner } from "@wardkey/protocol/credential";
import type { DownBody, DownKind } from "@wardkey/protocol/fleet";
import { type TestDatabase, testDatabase } from "../../platform/sql/testing/test-database.js";
import { deviceMigrations, registryMigrations } from "../adapters/schema.js";
import { createSqlCommandStore } from "../adapters/sql-command-store.js";
import { createSqlDownStates } from "../adapters/sql-down-states.js";
import { createSqlRegistryStore } from "../adapters/sql-registry-store.js";
import { createSqlShadowStore } from "../adapters/sql-shadow-store.js";
import type { DenyList, Fact } from "../app/fleet-ports.js";
import { type Devices, openDevices } from "../app/open-devices.js";
import { uuid } from "./reports.js";
import { SimulatedTime } from "./simulated-time.js";

export type Published = {
  topic: string;
  retain: boolean;
  epoch: number;
  kind: string;
  aud: string;
  body: unknown;
  jti: string;
};

/** A broker that a test breaks: it keeps what is retained, and what it was asked to cut. */
export class SimulatedBroker {
  readonly url = "mqtts://localhost:7432";
  readonly published: Published[] = [];
  readonly retained = new Map<string, string>();
  readonly cuts: string[] = [];
  readonly grants: string[] = [];
  readonly lines = new Set<string>();
  /** `refuses` fails at once, `silent` never answers. */
  mood: "well" | "refuses" | "silent" = "well";

  async publish({ topic, payload, retain }: { topic: string; payload: string; retain: boolean }): Promise<void> {
    await this.#feel();
    if (retain && payload === "") this.retained.delete(topic);
    else if (retain) this.retained.set(topic, payload);
    if (payload !== "") this.published.push({ topic, retain, ...bodyOf(payload) });
  }

  connected(): readonly string[] {
    return [...this.lines];
  }

  async cut(device: string): Promise<void> {
    await this.#feel();
    this.cuts.push(device);
  }

  async grantChanged(device: string): Promise<void> {
    await this.#feel();
    this.grants.push(device);
  }

  /** What went out on this topic, oldest first. */
  said<K extends DownKind>(kind: K, to: string): { epoch: number; body: DownBody<K>; jti: string }[] {
    return this.published
      .filter((message) => message.kind === kind && message.aud === to)
      .map(({ epoch, body, jti }) => ({ epoch, body: body as DownBody<K>, jti }));
  }

  async #feel(): Promise<void> {
    if (this.mood === "refuses") throw Object.assign(new Error("refused"), { code: "broker-refused" });
    if (this.mood === "silent") await new Promise(() => undefined);
  }
}

function bodyOf(jws: string): Omit<Published, "topic" | "retain"> {
  const { epoch, kind, aud, body, jti } = JSON.parse(
    Buffer.from(jws.split(".")[1] ?? "", "base64url").toString("utf8"),
  );
  return { epoch, kind, aud, body, jti };
}

/** The certificate authority as devices use it, without certificates. */
export class SimulatedIdentities {
  list: DenyList = { denyEpoch: 0, devices: [], holders: [], serials: [] };
  readonly tickets: { device: string; replace: boolean }[] = [];
  failing = false;
  hasReader = true;

  async issueTicket({
    device,
    profile,
    replace = false,
  }: {
    device: string;
    profile: "kiosk" | "medical-device" | "service";
    replace?: boolean;
  }) {
    this.tickets.push({ device, replace });
    const ticket = {
      ...{ v: 1 as const, site: "st-mary", device, profile, token: "t".repeat(22), rootDigest: "r".repeat(43) },
      ...{ deviceUrl: "https://localhost:7431", expiresAt: 1 },
    };
    return { ok: true as const, ticket };
  }

  async denyDevice(device: string): Promise<number> {
    if (this.failing) throw Object.assign(new Error("locked"), { code: "database-locked" });
    if (!this.list.devices.includes(device)) {
      this.list = { ...this.list, denyEpoch: this.list.denyEpoch + 1, devices: [device, ...this.list.devices] };
    }
    return this.list.denyEpoch;
  }

  denyEpoch(): number {
    return this.list.denyEpoch;
  }

  denyList(): DenyList {
    return this.list;
  }

  async reader({ kiosk, name }: { kiosk: string; name: string }) {
    return this.hasReader ? { chain: [Buffer.from(`${kiosk} ${name}`)] } : null;
  }

  async status(device: string) {
    return { status: Buffer.from(`status of ${device}`), denyEpoch: this.list.denyEpoch, notAfter: 1 };
  }

  async denyNotice(): Promise<Uint8Array | null> {
    return null;
  }
}

/** Devices over a real database, with a broker and an authority that a test breaks. */
export class SimulatedFleet {
  #signing = 0;
  readonly time = new SimulatedTime(() => {
    const { pool } = this.database.database.client;
    return this.#signing + pool.numUsed() + pool.numPendingAcquires();
  });
  readonly broker = new SimulatedBroker();
  readonly identities = new SimulatedIdentities();
  readonly records: { kind: string; body: Readonly<Record<string, Fact>> }[] = [];
  readonly logged: string[] = [];
  tableBytes = "table 1";
  policy: { version: number; digest: string } | null = { version: 4, digest: "p".repeat(43) };
  auditFails = false;
  #ids = 0;

  readonly database: TestDatabase;
  #devices: Devices | null = null;

  private constructor(database: TestDatabase) {
    this.database = database;
  }

  static async make(): Promise<SimulatedFleet> {
    return new SimulatedFleet(await testDatabase([...deviceMigrations, ...registryMigrations]));
  }

  get devices(): Devices {
    if (this.#devices === null) throw new Error("the test did not open its devices");
    return this.#devices;
  }

  async open(): Promise<Devices> {
    const { database } = this.database;
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const sign = createSigner(privateKey);
    const issuer = {
      chain: [new Uint8Array([1])],
      sign: async (bytes: Uint8Array) => {
        this.#signing += 1;
        const signature = await sign(bytes);
        this.#signing -= 1;
        return signature;
      },
    };
    const table = () => {
      const bytes = Buffer.from(this.tableBytes);
      return { digest: createHash("sha256").update(bytes).digest("base64url"), bytes };
    };
    this.#devices = await openDevices({
      site: { id: "st-mary", name: "St Mary" },
      stores: {
        registry: createSqlRegistryStore(database),
        shadows: createSqlShadowStore(database),
        commands: createSqlCommandStore(database),
        states: createSqlDownStates(database),
      },
      identities: this.identities,
      downlinkIssuer: async () => issuer,
      broker: this.broker,
      tables: { current: async () => table(), at: (digest) => (digest === table().digest ? table() : null) },
      policies: { of: () => this.policy },
      weakens: (_before, after) => after.ward === "Corridor",
      pairsOf: () => ({ sends: [], receives: [] }),
      leaseTerms: () => "",
      record: async (kind, body) => {
        if (this.auditFails) throw Object.assign(new Error("full"), { code: "database-full" });
        this.records.push({ kind, body });
      },
      clock: this.time,
      timers: this.time,
      newId: () => {
        this.#ids += 1;
        return uuid(this.#ids);
      },
      random: () => 0.5,
      log: ({ code }) => this.logged.push(code),
      follow: null,
    });
    return this.#devices;
  }

  /** As after a crash: nothing is told that the server goes. */
  async restart(): Promise<Devices> {
    await this.devices.stop();
    await this.database.reopen();
    return this.open();
  }

  async add(id: string, kind: "kiosk" | "medical-device" | "service" = "kiosk"): Promise<void> {
    await this.devices.registry.add({ id, name: `Name of ${id}`, ward: "Ward 3B", kind, tags: [] }, "it-anna");
  }

  async up(device: string, leaf: "status" | "reported" | "res", payload: Uint8Array, request: string | null = null) {
    return this.devices.shadows.onUp({ device, leaf, request, payload });
  }

  async settled(): Promise<void> {
    await this.time.move(milliseconds(0));
    await this.devices.desired.idle();
    await this.time.move(milliseconds(0));
  }

  async remove(): Promise<void> {
    await this.#devices?.stop();
    await this.database.remove();
  }
}
