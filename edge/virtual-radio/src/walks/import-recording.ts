import { type BtsnoopRefusal, readBtsnoop } from "./btsnoop.js";
import { type HciObservation, readData, readEvent } from "./hci-observations.js";
import type { Observation } from "./model.js";
import type { WalkTrace } from "./trace.js";

export interface ImportOptions {
  /** What the kiosk that recorded is called. */
  readonly kiosk?: string;
  /**
   * Whose phone sent this advertisement, or `null` where it is none of the walk. Addresses change, so somebody who knows
   * the phones says so; without it every address is a phone of its own.
   */
  readonly phoneOf?: (advert: { readonly address: string; readonly data: Uint8Array }) => string | null;
}

export type ImportOutcome =
  | { readonly ok: true; readonly trace: WalkTrace; readonly truncated: boolean }
  | { readonly ok: false; readonly code: BtsnoopRefusal | "recording-empty" | "recording-too-large" };

const MOST_PHONES = 64;
const MOST_OBSERVATIONS = 2_000_000;

/**
 * Makes a trace of a real radio recording. Addresses and data stay behind: phones are called "phone-1" and so on.
 * Notifications count as heartbeats of a phone that does not move, for what they say is sealed; the header says so.
 */
export function importRecording(bytes: Uint8Array, options: ImportOptions = {}): ImportOutcome {
  const read = readBtsnoop(bytes);
  if (!read.ok) return read;
  const names = new Phones(options.phoneOf);
  const kiosk = options.kiosk ?? "desk";
  const observations: Observation[] = [];
  const [first] = read.records;
  if (first === undefined) return { ok: false, code: "recording-empty" };
  let newest = 0;
  for (const record of read.records) {
    if (record.direction !== "from-controller") continue;
    // A clock that was set back while recording does not turn the walk around.
    newest = Math.max(newest, (record.atUs - first.atUs) / 1_000);
    const seen = record.kind === "event" ? readEvent(record.packet) : readData(record.packet);
    for (const each of seen) {
      const observation = names.observe(each, newest, kiosk);
      if (observation !== null) observations.push(observation);
    }
    if (observations.length > MOST_OBSERVATIONS) return { ok: false, code: "recording-too-large" };
  }
  if (observations.length === 0) return { ok: false, code: "recording-empty" };
  const header = {
    format: "wardkey-walk",
    version: 1,
    source: "recorded",
    durationMs: newest,
    kiosks: [kiosk],
    people: names.people(),
    uses: [],
    unknown: ["faces", "inputs", "moved", "uses"],
  } as const;
  return {
    ok: true,
    trace: { header: { ...header, kiosks: [...header.kiosks], uses: [], unknown: [...header.unknown] }, observations },
    truncated: read.truncated,
  };
}

/** Pseudonyms, in the order in which phones were heard first. */
class Phones {
  readonly #phoneOf: ImportOptions["phoneOf"];
  readonly #byAddress = new Map<string, string | null>();
  readonly #names = new Map<string, string>();
  readonly #byHandle = new Map<number, string>();

  constructor(phoneOf: ImportOptions["phoneOf"]) {
    this.#phoneOf = phoneOf;
  }

  people(): { name: string; phone: string }[] {
    return [...this.#names.values()].map((phone) => ({ name: phone.replace("phone", "person"), phone }));
  }

  observe(seen: HciObservation, at: number, kiosk: string): Observation | null {
    switch (seen.type) {
      case "advert": {
        const phone = this.#nameOf(seen.address, seen.data);
        return phone === null ? null : { at, type: "advert", kiosk, phone, rssi: seen.rssi };
      }
      case "connected": {
        const phone = this.#nameOf(seen.address, new Uint8Array());
        if (phone !== null) this.#byHandle.set(seen.handle, phone);
        return null;
      }
      case "disconnected": {
        const phone = this.#byHandle.get(seen.handle);
        this.#byHandle.delete(seen.handle);
        return phone === undefined ? null : { at, type: "out-of-reach", kiosk, phone };
      }
      case "strength": {
        const phone = this.#byHandle.get(seen.handle);
        return phone === undefined ? null : { at, type: "link", kiosk, phone, rssi: seen.rssi };
      }
      case "notification": {
        const phone = this.#byHandle.get(seen.handle);
        return phone === undefined ? null : { at, type: "heartbeat", kiosk, phone, moved: false };
      }
    }
  }

  #nameOf(address: string, data: Uint8Array): string | null {
    const known = this.#byAddress.get(address);
    if (known !== undefined) return known;
    const whose = this.#phoneOf === undefined ? address : this.#phoneOf({ address, data });
    const full = whose !== null && !this.#names.has(whose) && this.#names.size >= MOST_PHONES;
    const name = whose === null || full ? null : (this.#names.get(whose) ?? `phone-${this.#names.size + 1}`);
    if (whose !== null && name !== null) this.#names.set(whose, name);
    // Strangers' addresses change all day: only so many are remembered.
    if (this.#byAddress.size < MOST_PHONES * 64) this.#byAddress.set(address, name);
    return name;
  }
}
