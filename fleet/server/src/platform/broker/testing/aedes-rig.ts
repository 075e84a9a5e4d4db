import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, hours, type Instant, instant } from "@wardkey/protocol";
import { openDatabase } from "../../sql/database.js";
import { type AedesBroker, createAedesBroker } from "../aedes/aedes-broker.js";
import type { BrokerLimits } from "../limits.js";
import { brokerMigrations } from "../store/migrations.js";
import { createSqlPersistence, type SqlPersistence } from "../store/sql-persistence.js";
import { BrokerRig, SITE } from "./broker-rig.js";
import { TestCa } from "./test-ca.js";
import { TestGate } from "./test-gate.js";

/** Starts in the past, so that a test may move it forward and never beyond the machine's own clock. */
export class MovedClock implements Clock {
  #ahead = -hours(50);

  now(): Instant {
    return instant(Date.now() + this.#ahead);
  }

  monotonic(): number {
    return performance.now() + this.#ahead;
  }

  forward(milliseconds: number): void {
    this.#ahead += milliseconds;
  }
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface AedesRig extends BrokerRig {
  readonly clock: MovedClock;
  /** Its SQLite file. */
  readonly database: string;
  /** Puts into the store what an earlier run would have left. */
  leaveBehind(prepare: (store: SqlPersistence) => Promise<void>): void;
}

export async function aedesRig(limits: Partial<BrokerLimits> = {}): Promise<AedesRig> {
  const folder = await mkdtemp(join(tmpdir(), "wardkey-broker-"));
  const clock = new MovedClock();
  const ca = await TestCa.make();
  const gate = new TestGate({ site: SITE, root: ca.cert, clock });
  const tls = await ca.server();
  const file = join(folder, "broker.sqlite");
  const own = { beforeStart: async (_earlier: SqlPersistence): Promise<void> => undefined };
  let port = 0;
  let closeStore = async (): Promise<void> => undefined;
  const start = async (): Promise<AedesBroker> => {
    const database = await openDatabase(file, brokerMigrations);
    closeStore = () => database.destroy();
    const earlier = createSqlPersistence(database, { clock });
    await own.beforeStart(earlier);
    await earlier.destroy();
    const persistence = createSqlPersistence(database, { clock });
    const parts = { site: SITE, gate, tls, host: "127.0.0.1", port, persistence, clock, logger: quiet };
    const keepalive = { least: 1, most: 600 };
    const devices = { perSecond: 1, burst: 1_000 };
    const connects = { all: devices, address: devices, device: devices };
    const broker = await createAedesBroker({ ...parts, limits: { keepalive, connects, ...limits } });
    port = broker.port;
    return broker;
  };
  const traits = {
    retainedOnWildcards: true,
    foreignClientId: "refused",
    acknowledgesAfterHandling: true,
    refusesVersions: true,
  } as const;
  const rig = new BrokerRig({
    ca,
    gate,
    clock,
    traits,
    broker: await start(),
    port: () => port,
    start,
    stop: async (broker) => {
      await broker.stop();
      await closeStore();
    },
  });
  const close = rig.close.bind(rig);
  return Object.assign(rig, {
    clock,
    database: file,
    leaveBehind: (prepare: (store: SqlPersistence) => Promise<void>) => {
      own.beforeStart = prepare;
    },
    close: async () => {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  });
}
