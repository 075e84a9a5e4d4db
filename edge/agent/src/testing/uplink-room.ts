import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hours } from "@wardkey/protocol";
import { Journal } from "../journal/index.js";
import { NO_ORDERS, type Orders, SiteLink } from "../uplink/index.js";
import { SimulatedFleet } from "./simulated-fleet.js";
import { SimulatedTime } from "./simulated-time.js";

export const KIOSK = "kiosk-1";

/**
 * A kiosk's uplink with a folder of its own, before a simulated fleet over real TLS. The clock begins in the past and
 * stays behind the machine's: OpenSSL judges the server's certificate by the latter.
 */
export class UplinkRoom {
  readonly folder: string;
  readonly time: SimulatedTime;
  readonly fleet: SimulatedFleet;
  readonly said: string[] = [];
  /** What the fleet had this kiosk do. */
  readonly did: string[] = [];
  journal: Journal;
  readonly #links: SiteLink[] = [];

  private constructor(folder: string, time: SimulatedTime, fleet: SimulatedFleet, journal: Journal) {
    this.folder = folder;
    this.time = time;
    this.fleet = fleet;
    this.journal = journal;
  }

  static async open(): Promise<UplinkRoom> {
    const folder = await mkdtemp(join(tmpdir(), "wardkey-uplink-"));
    const time = new SimulatedTime(Date.now() - hours(24 * 80));
    const fleet = await SimulatedFleet.start(time);
    const room = new UplinkRoom(folder, time, fleet, await openJournal(folder, time));
    await room.giveTicket();
    return room;
  }

  async giveTicket(ticket: object = this.fleet.ticket(KIOSK)): Promise<void> {
    await writeFile(join(this.folder, "ticket.json"), JSON.stringify(ticket));
  }

  async link(orders: Partial<Orders> = {}): Promise<SiteLink> {
    const link = await SiteLink.open({
      dataDir: this.folder,
      kiosk: { id: KIOSK },
      site: { ticketFile: join(this.folder, "ticket.json") },
      clock: this.time,
      timers: this.time,
      random: () => 0.5,
      newId: randomUUID,
      journal: this.journal,
      log: ({ code }) => void this.said.push(code),
    });
    this.#links.push(link);
    const note = (what: string) => (): void => void this.did.push(what);
    link.start({ ...NO_ORDERS, lock: note("lock"), identify: note("identify"), ...orders });
    link.report({ state: "locked", profile: "demo", version: "0.1.0", camera: "ok" });
    return link;
  }

  /** Connected, with a lease. */
  async ready(orders: Partial<Orders> = {}): Promise<SiteLink> {
    const link = await this.link(orders);
    await this.until(() => link.health() === "ok", "never ready");
    return link;
  }

  note(count: number): void {
    for (let each = 0; each < count; each++) this.journal.note("radio.lost", { reason: "test" });
  }

  /** From now on the journal lies where nothing can be read or written. */
  async loseJournal(): Promise<void> {
    await this.journal.close();
    this.journal = await openJournal(join(this.folder, "nowhere"), this.time);
  }

  get held(): number {
    return this.fleet.journals.get(KIOSK)?.length ?? 0;
  }

  /** Lets things happen until `reached`: sockets take real time, the rest simulated. */
  async until(reached: () => boolean | Promise<boolean>, otherwise = "never reached"): Promise<void> {
    // A minute of the kiosk's time at least; on a busy machine sockets need more than that takes.
    const patience = performance.now() + 20_000;
    for (let round = 0; round < 1_500 || performance.now() < patience; round++) {
      if (await reached()) return;
      await this.time.advance(40);
      // Somebody who failed often waits for minutes.
      if (round % 1_000 === 999) await this.time.leap(60_000);
      await new Promise((resume) => setTimeout(resume, 2));
    }
    throw new Error(`${otherwise}; said: ${this.said.join(", ")}`);
  }

  /** Hours pass, an hour at a time. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 3_600_000) {
      await this.time.leap(Math.min(3_600_000, ms - passed));
      await new Promise((resume) => setTimeout(resume, 5));
    }
  }

  async close(): Promise<void> {
    const stopping = this.#links.splice(0).map((link) => link.stop());
    const stopped = Promise.all(stopping);
    let over = false;
    void stopped.then(() => {
      over = true;
    });
    while (!over) {
      await this.time.advance(100);
      await new Promise((resume) => setTimeout(resume, 2));
    }
    await this.journal.close();
    await this.fleet.stop();
    await rm(this.folder, { recursive: true });
  }
}

const openJournal = (folder: string, time: SimulatedTime): Promise<Journal> =>
  Journal.open({ file: join(folder, "journal.sqlite"), clock: time, timers: time, newId: randomUUID });
