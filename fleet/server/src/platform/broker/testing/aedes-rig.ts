import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, hours, type Instant, instant } from "@wardkey/protocol";
import { openDatabase } from "../../sql/database.js";
import { type AedesBroker, createAedesBroker } from "../aedes/aedes-broker.js";
import type { BrokerLimits } from "../limits.js";
import { brokerMigrations } from "../store/migrations.js";
import { createSqlPersistence } from "../store/sql-persistence.js";
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

export async function aedesRig(limits: Partial<BrokerLimits> = {}): Promise<BrokerRig & { clock: MovedClock }> {
  const folder = await mkdtemp(join(tmpdir(), "wardkey-broker-"));
  const clock = new MovedClock();
  const ca = await TestCa.make();
  const gate = new TestGate({ site: SITE, root: ca.cert, clock });
  const tls = await ca.server();
  let port = 0;
  let closeStore = async (): Promise<void> => undefined;
  const start = async (): Promise<AedesBroker> => {
    const database = await openDatabase(join(folder, "broker.sqlite"), brokerMigrations);
    closeStore = () => database.destroy();
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
    close: async () => {
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  });
}
