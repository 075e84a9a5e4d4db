import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fleet } from "@wardkey/fleet-server";
import { startQuietFleet } from "@wardkey/fleet-server/testing/fleet";

/** A whole fleet server on loopback with tickets for two analysers and a workstation. */
export class Laboratory {
  readonly folder: string;
  readonly fleet: Fleet;

  private constructor(folder: string, fleet: Fleet) {
    this.folder = folder;
    this.fleet = fleet;
  }

  static async open(): Promise<Laboratory> {
    const folder = await mkdtemp(join(tmpdir(), "wardkey-laboratory-"));
    const ticket = (device: string, profile: "medical-device" | "service") => ({
      ...{ device, profile, name: device, ward: "Laboratory", file: join(folder, `${device}.ticket.json`) },
    });
    const fleet = await startQuietFleet(folder, {
      tickets: [ticket("lab-1", "medical-device"), ticket("lab-2", "medical-device"), ticket("desk-3", "service")],
    });
    return new Laboratory(folder, fleet);
  }

  ticketOf(device: string): string {
    return join(this.folder, `${device}.ticket.json`);
  }

  /** What the audit has of attempts between machines. */
  async refusedAttempts(): Promise<readonly unknown[]> {
    const newest = await this.fleet.records.audit.newest(200);
    return newest.filter(({ kind }) => kind === "m2m.refused").map(({ body }) => body);
  }

  async close(): Promise<void> {
    await this.fleet.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
