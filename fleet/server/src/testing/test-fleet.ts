import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { type Clock, type Duration, hours, instant } from "@wardkey/protocol";
import { EnrolmentTicket } from "@wardkey/protocol/fleet";
import { pino } from "pino";
import { type Fleet, startFleet } from "../fleet.js";
import type { FleetConfigInput } from "../fleet-config.js";

/** A clock that a test moves. It begins in the past and must not pass the machine's own: OpenSSL looks at that one. */
export class PastClock implements Clock {
  #behind: number;
  readonly #started = performance.now();

  constructor(behind: Duration = hours(100)) {
    this.#behind = behind;
  }

  now(): ReturnType<Clock["now"]> {
    return instant(Date.now() - this.#behind);
  }

  monotonic(): number {
    return performance.now() - this.#started - this.#behind;
  }

  move(by: Duration): void {
    if (by > this.#behind) throw new RangeError("a test's clock must stay behind the machine's");
    this.#behind -= by;
  }
}

/** One fleet server in its own folder, which outlives its restarts. */
export class TestFleet {
  readonly folder: string;
  readonly clock: PastClock;
  /** Everything that it logged, at the most talkative level. */
  readonly logged: string[] = [];
  #fleet: Fleet | null = null;
  #ports = { console: 0, devices: 0, mqtt: 0 };

  private constructor(folder: string, behind?: Duration) {
    this.folder = folder;
    this.clock = new PastClock(behind);
  }

  static async make(behind?: Duration): Promise<TestFleet> {
    return new TestFleet(await mkdtemp(join(tmpdir(), "wardkey-fleet-")), behind);
  }

  get dataDir(): string {
    return join(this.folder, "data");
  }

  get ticketFile(): string {
    return join(this.folder, "bed-7.ticket.json");
  }

  get config(): FleetConfigInput {
    return {
      dataDir: this.dataDir,
      siteId: "st-mary",
      siteName: "St Mary",
      ports: this.#ports,
      profile: "demo",
      operatorCodeFile: join(this.folder, "operator-code"),
      tickets: [{ device: "bed-7", profile: "kiosk", name: "Bed 7", ward: "Ward 3B", file: this.ticketFile }],
      consolePageDir: join(this.folder, "page"),
    };
  }

  async start(change: Partial<FleetConfigInput> = {}): Promise<Fleet> {
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.logged.push(chunk.toString("utf8"));
        done();
      },
    });
    const logger = pino({ level: "trace" }, sink);
    const config = { ...this.config, ...change };
    this.#fleet = await startFleet({ config, clock: this.clock, logger, version: "0.0.0-test" });
    // Devices come back to where they were: a restart keeps its addresses.
    const portOf = (url: string): number => Number(new URL(url.replace(/^mqtts/, "https")).port);
    const { url, deviceUrl, mqttUrl } = this.#fleet;
    this.#ports = { console: portOf(url), devices: portOf(deviceUrl), mqtt: portOf(mqttUrl) };
    return this.#fleet;
  }

  /** Another server over the same folder; it must not come to that. */
  startBeside(): Promise<Fleet> {
    const config = { ...this.config, ports: { console: 0, devices: 0, mqtt: 0 } };
    return startFleet({ config, clock: this.clock, logger: pino({ level: "silent" }), version: "0.0.0-test" });
  }

  get running(): Fleet {
    if (this.#fleet === null) throw new Error("the test did not start its fleet server");
    return this.#fleet;
  }

  async stop(): Promise<void> {
    const fleet = this.#fleet;
    this.#fleet = null;
    await fleet?.stop();
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async ticket(): Promise<EnrolmentTicket> {
    return EnrolmentTicket.parse(JSON.parse(await readFile(this.ticketFile, "utf8")));
  }
}
