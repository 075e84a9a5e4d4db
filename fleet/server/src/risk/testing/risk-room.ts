import { randomUUID } from "node:crypto";
import type { Duration } from "@wardkey/protocol";
import { checkFleetBody, type RiskBody, type Role } from "@wardkey/protocol/fleet";
import { pino } from "pino";
import { SimulatedTime } from "../../devices/testing/simulated-time.js";
import { type ApiServer, createApiServer } from "../../platform/http/api-server.js";
import { mergeProblemTitles, platformProblemTitles } from "../../platform/http/problem.js";
import { type TestDatabase, testDatabase } from "../../platform/sql/testing/test-database.js";
import { staffProblemTitles } from "../../staff/index.js";
import type { FleetFacts } from "../app/ports.js";
import type { Slicing } from "../app/slices.js";
import type { Trigger } from "../domain/seen-event.js";
import {
  createSqlRiskStore,
  Risk,
  type RiskStore,
  riskImportProblemTitles,
  riskMigrations,
  riskProblemTitles,
  riskRoutes,
} from "../index.js";

const SLICE_MS = 10;

type Device = ReturnType<FleetFacts["devices"]>[number];
const kiosk = (id: string, ward: string): Device => ({ id, name: `Name of ${id}`, ward, kind: "kiosk", serves: true });

/** The risk of a small site in a real database; what it does to the rest of the fleet is written down. */
export class RiskRoom {
  readonly time = new SimulatedTime(() => this.#underWay);
  readonly database: TestDatabase;
  readonly store: RiskStore;
  readonly said: { device: string; body: RiskBody; epoch: number }[] = [];
  readonly recorded: { kind: string; body: Record<string, string | number | null> }[] = [];
  readonly locked = new Set<string>();
  readonly lockedByPerson = new Set<string>();
  readonly leases: string[] = [];
  readonly looks: Trigger[] = [];
  devices: Device[] = [kiosk("bed-7", "Ward 3B"), kiosk("bed-8", "Ward 3B"), kiosk("lab-1", "Lab")];
  people: { staffId: string; wards: string[] }[] = [{ staffId: "anna-rossi", wards: ["Ward 3B"] }];
  /** Every step is a slice, and each rest is written down. */
  readonly slicing: Slicing = {
    monotonic: () => (this.#ticks += SLICE_MS),
    rest: async () => {
      this.rests += 1;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  rests = 0;
  quarantines = false;
  brokerTakes = true;
  role: Role = "administrator";
  #ticks = 0;
  #underWay = 0;
  #seq = 0;
  #risk: Risk | null = null;
  #server: ApiServer | null = null;

  private constructor(database: TestDatabase) {
    this.database = database;
    this.store = this.#counted(createSqlRiskStore(database.database));
  }

  static async make(): Promise<RiskRoom> {
    const room = new RiskRoom(await testDatabase(riskMigrations));
    await room.start();
    return room;
  }

  get risk(): Risk {
    if (this.#risk === null) throw new Error("the room is closed");
    return this.#risk;
  }

  get server(): ApiServer {
    if (this.#server === null) throw new Error("the room is closed");
    return this.#server;
  }

  readonly #record = async (kind: string, body: Record<string, string | number | null>): Promise<void> => {
    const checked = checkFleetBody(kind, body);
    if (!checked.ok) throw new Error(`${kind} may not carry ${checked.keys.join()}`);
    this.recorded.push({ kind, body });
  };

  /** The risk at another fleet server on the same database, which follows. */
  open(): Promise<Risk> {
    return Risk.open({
      store: this.store,
      now: () => this.time.now(),
      after: (delay: Duration, act: () => void) => this.time.after(delay, act),
      newId: randomUUID,
      slicing: this.slicing,
      changed: () => undefined,
      wardOf: (id) => this.devices.find((each) => each.id === id)?.ward ?? null,
      looks: async () => this.looks.splice(0),
      fleet: { devices: () => this.devices, people: async () => this.people, pairs: () => [] },
      effects: {
        say: async (device, body, epoch) => {
          if (this.brokerTakes) this.said.push({ device, body, epoch });
          return this.brokerTakes;
        },
        quarantines: () => this.quarantines,
        quarantine: async (device) => {
          this.locked.add(device);
          return true;
        },
        lockOf: (device) => (this.lockedByPerson.has(device) ? "person" : this.locked.has(device) ? "risk" : "none"),
        release: async (device) => void this.locked.delete(device),
        leaseChanged: (device) => void this.leases.push(device),
        record: this.#record,
        log: () => undefined,
      },
    });
  }

  async start(): Promise<void> {
    this.#risk = await this.open();
    await this.#risk.lead();
    const server = await createApiServer({
      logger: pino({ level: "silent" }),
      titles: mergeProblemTitles(platformProblemTitles, staffProblemTitles, riskProblemTitles, riskImportProblemTitles),
      authorize: async (request) => {
        request.caller = {
          administrator: { id: "olga", name: "Olga", role: this.role },
          via: { kind: "page", id: null },
        };
      },
      offers: (access) => typeof access === "object",
    });
    const { store, slicing } = this;
    const record = this.#record;
    riskRoutes(server, { risk: this.#risk, store, now: () => this.time.now(), newId: randomUUID, slicing, record });
    this.#server = server;
  }

  /** Tells of events at a kiosk now, and waits until all that follows has happened. */
  async tell(device: string, ...events: readonly (readonly [kind: string, body: Record<string, unknown>])[]) {
    const at = this.time.now();
    this.risk.note(
      device,
      events.map(([kind, body]) => {
        this.#seq += 1;
        return { seq: this.#seq, kind, at, body };
      }),
    );
    await this.move(1_000);
  }

  async move(ms: number): Promise<void> {
    await this.time.move(ms as Duration);
    await this.risk.idle();
    await this.time.settle();
  }

  async upload(what: string, text: string | Buffer, more: { source?: string; type?: string; dryRun?: boolean } = {}) {
    const { source = "cmdb", type = "text/csv", dryRun = false } = more;
    const answer = await this.server.inject({
      method: "POST",
      url: `/v1/risk/imports/${source}?what=${what}&dryRun=${dryRun}`,
      headers: { "content-type": type },
      payload: text,
    });
    return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
  }

  async get<T = Record<string, unknown>>(path: string): Promise<T> {
    return (await this.server.inject(path)).json() as T;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
    await this.#risk?.stop();
    this.#server = null;
    this.#risk = null;
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.database.remove();
  }

  /** Time stands still while the database works. */
  #counted(store: RiskStore): RiskStore {
    const counted = Object.entries(store).map(([name, act]: [string, (...args: never[]) => Promise<unknown>]) => [
      name,
      async (...args: never[]) => {
        this.#underWay += 1;
        try {
          return await act(...args);
        } finally {
          this.#underWay -= 1;
        }
      },
    ]);
    return { ...store, ...Object.fromEntries(counted) };
  }
}
