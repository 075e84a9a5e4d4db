import { assertNever } from "@wardkey/protocol";

/**
 * What the site denies, folded from its list of decisions in the order of their epochs. A readmission takes a name off
 * the list and leaves every serial on it; a restatement changes nobody, and has everybody told again.
 */

export const DENIAL_KINDS = [
  "device",
  "holder",
  "serial",
  "device-readmitted",
  "holder-readmitted",
  "restated",
] as const;
export type DenialKind = (typeof DENIAL_KINDS)[number];

export interface Decision {
  /** Grows by at least one with each. */
  readonly epoch: number;
  readonly kind: DenialKind;
  /** A device id, a staff id, or a serial in lower-case hexadecimal. */
  readonly whom: string;
  readonly at: number;
}

export class DenyList {
  #epoch = 0;
  readonly #devices = new Map<string, Decision>();
  readonly #holders = new Map<string, Decision>();
  readonly #serials = new Map<string, Decision>();
  readonly #readmitted = new Map<string, number>();

  get epoch(): number {
    return this.#epoch;
  }

  apply(decision: Decision): void {
    if (decision.epoch <= this.#epoch) return;
    this.#epoch = decision.epoch;
    switch (decision.kind) {
      case "device":
        this.#put(this.#devices, decision);
        return;
      case "holder":
        this.#put(this.#holders, decision);
        return;
      case "serial":
        this.#put(this.#serials, decision);
        return;
      case "device-readmitted":
        this.#devices.delete(decision.whom);
        this.#readmitted.set(decision.whom, decision.at);
        return;
      case "holder-readmitted":
        this.#holders.delete(decision.whom);
        return;
      case "restated":
        return;
      default:
        assertNever(decision.kind);
    }
  }

  /** When the device was last let in again; `null`: never. */
  readmittedAt = (device: string): number | null => this.#readmitted.get(device) ?? null;
  deniesDevice = (device: string): boolean => this.#devices.has(device);
  deniesHolder = (staffId: string): boolean => this.#holders.has(staffId);
  deniesSerial = (serial: string): boolean => this.#serials.has(serial);

  /** Newest first. */
  devices = (): Decision[] => newestFirst(this.#devices);
  holders = (): Decision[] => newestFirst(this.#holders);
  serials = (): Decision[] => newestFirst(this.#serials);

  #put(list: Map<string, Decision>, decision: Decision): void {
    // A name denied twice keeps its first date and moves to the front.
    const at = list.get(decision.whom)?.at ?? decision.at;
    list.delete(decision.whom);
    list.set(decision.whom, { ...decision, at });
  }
}

const newestFirst = (list: ReadonlyMap<string, Decision>): Decision[] => [...list.values()].reverse();
