import {
  allHold,
  type BadgeReaderProfile,
  type ProfileSet,
  type RelayProfile,
  type Verdict,
} from "@wardkey/firmware-profiles";
import { type Clock, codeOf, type Duration, seconds, WardkeyError } from "@wardkey/protocol";
import type { Timers } from "../time.js";
import type { BadgeReader, BadgeReaderEvent } from "../ways/index.js";
import { Conversation } from "./conversation.js";
import type { HidBus, HidConnection, HidDevice } from "./hid-bus.js";
import { Reading } from "./reading.js";
import { type RelayBoard, RelayPlace } from "./relay-board.js";
import { within } from "./within.js";

/** Neither hidraw nor node-hid tells of what is plugged in. */
const LOOK_EVERY: Duration = seconds(2);
const OPEN_WITHIN: Duration = seconds(3);
/** A device that failed is tried again, less and less often: up to this many looks apart. */
const MOST_LOOKS_APART = 32;
/** More interfaces than this are no kiosk's: the rest is not looked at. */
const MOST_DEVICES = 64;

/** What became of one HID interface. `refused` is a code of the profiles, of opening, or of the talk. */
export interface SeenDevice {
  readonly vendor: number;
  readonly product: number;
  readonly name: string | null;
  readonly profile: string | null;
  readonly refused: string | null;
}

export interface PeripheralPorts {
  readonly bus: HidBus;
  readonly profiles: ProfileSet;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: (event: { code: string }) => void;
}

interface Known {
  readonly device: HidDevice;
  readonly verdict: Verdict;
  refused: string | null;
  conversation: Conversation | null;
  failures: number;
  looksToWait: number;
  stop: () => void;
}

/** What hangs at this kiosk over USB HID: badge readers and relay boards that a profile knows. Everything else is refused. */
export class Peripherals {
  readonly #ports: PeripheralPorts;
  readonly #known = new Map<string, Known>();
  readonly #places: { readonly profile: string | null; readonly place: RelayPlace }[] = [];
  readonly #listeners = new Set<(event: BadgeReaderEvent) => void>();
  #profiles: ProfileSet;
  #readers = 0;
  #cancel: (() => void) | null = null;
  #looking: Promise<void> = Promise.resolve();
  #running = false;

  constructor(ports: PeripheralPorts) {
    this.#ports = ports;
    this.#profiles = ports.profiles;
  }

  /** Every reader at this kiosk as one: who holds a badge to them does not tell them apart. */
  get badges(): BadgeReader {
    const readers = (): number => this.#readers;
    return {
      get attached() {
        return readers() > 0;
      },
      on: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    };
  }

  /** A place for one board: of this profile, or of any. The same board is in one place alone. */
  relay({ profile = null }: { readonly profile?: string | null } = {}): RelayBoard {
    const place = new RelayPlace();
    this.#places.push({ profile, place });
    this.#fill();
    return place;
  }

  /** What was found, and what became of it. */
  seen(): readonly SeenDevice[] {
    return [...this.#known.values()].map(({ device, verdict, refused }) => ({
      vendor: device.vendor,
      product: device.product,
      name: device.name,
      profile: profileOf(verdict),
      refused,
    }));
  }

  start(): void {
    this.#running = true;
    this.#lookAgain();
  }

  /** The profiles in force from now on: what they judge otherwise is let go and looked at anew. */
  use(profiles: ProfileSet): void {
    this.#profiles = profiles;
    for (const [path, known] of this.#known) {
      if (JSON.stringify(profiles.judge(known.device)) !== JSON.stringify(known.verdict)) this.#forget(path, known);
    }
    if (this.#running) this.#lookAgain();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#cancel?.();
    this.#cancel = null;
    await this.#looking;
    for (const [path, known] of this.#known) this.#forget(path, known);
  }

  #lookAgain(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#looking = this.#looking
      .then(() => this.#look())
      .catch((error: unknown) => this.#ports.log({ code: codeOf(error) }))
      .finally(() => {
        if (this.#running) {
          this.#cancel?.();
          this.#cancel = this.#ports.timers.after(LOOK_EVERY, () => this.#lookAgain());
        }
      });
  }

  async #look(): Promise<void> {
    if (!this.#running) return;
    const { bus, timers } = this.#ports;
    const listed = (await within(timers, OPEN_WITHIN, bus.devices())).slice(0, MOST_DEVICES);
    const present = new Map(listed.map((device) => [device.path, device]));
    for (const [path, known] of this.#known) {
      const now = present.get(path);
      const same = now?.vendor === known.device.vendor && now.product === known.device.product;
      if (!same) this.#forget(path, known);
    }
    for (const device of listed) await this.#meet(device);
  }

  async #meet(device: HidDevice): Promise<void> {
    const known = this.#known.get(device.path) ?? this.#judge(device);
    const { verdict } = known;
    if (!this.#running || "refused" in verdict || known.conversation !== null) return;
    known.looksToWait -= 1;
    if (known.looksToWait > 0) return;
    try {
      await this.#open(known, verdict.use);
    } catch (error) {
      // The system's own words for it name paths; the code is enough.
      this.#failed(known, error instanceof WardkeyError ? error.code : "device-unopened");
    }
  }

  #judge(device: HidDevice): Known {
    const verdict = this.#profiles.judge(device);
    const refused = "refused" in verdict ? verdict.refused : null;
    if (refused !== null && refused !== "device-unknown") this.#ports.log({ code: refused });
    const known: Known = {
      ...{ device, verdict, refused, conversation: null, failures: 0, looksToWait: 0 },
      stop: () => undefined,
    };
    this.#known.set(device.path, known);
    return known;
  }

  async #open(known: Known, profile: BadgeReaderProfile | RelayProfile): Promise<void> {
    const { bus, timers, clock } = this.#ports;
    const connection = await openWithin(bus, timers, known.device.path);
    const conversation: Conversation = new Conversation(connection, {
      clock,
      timers,
      ended: (code) => {
        if (known.conversation === conversation) this.#failed(known, code);
      },
    });
    const frames = await conversation.run(profile.open.steps);
    if (!allHold(profile.open.required, frames)) {
      conversation.end("device-gone");
      throw new WardkeyError(profile.open.otherwise, "the device does not answer as its profile demands");
    }
    if (conversation.over || !this.#running || this.#known.get(known.device.path) !== known) {
      conversation.end("device-gone");
      return;
    }
    known.conversation = conversation;
    known.refused = null;
    known.failures = 0;
    if (profile.kind === "relay") this.#fill();
    else this.#beginReading(known, profile, conversation);
  }

  #beginReading(known: Known, profile: BadgeReaderProfile, conversation: Conversation): void {
    const { clock, timers } = this.#ports;
    const reading = new Reading(profile, conversation, {
      clock,
      timers,
      read: (badge) => this.#say({ type: "read", badge }),
    });
    known.stop = () => {
      reading.stop();
      this.#readers -= 1;
      if (this.#readers === 0) this.#say({ type: "detached" });
    };
    this.#readers += 1;
    if (this.#readers === 1) this.#say({ type: "attached" });
    reading.start();
  }

  /** Puts boards into the places that wait for one. */
  #fill(): void {
    const placed = new Set(this.#places.map(({ place }) => place.conversation));
    for (const known of this.#known.values()) {
      const { conversation, verdict } = known;
      if (conversation === null || "refused" in verdict || verdict.use.kind !== "relay") continue;
      if (placed.has(conversation)) continue;
      const { use } = verdict;
      const free = this.#places.find(({ profile, place }) => !place.attached && (profile ?? use.id) === use.id);
      if (free === undefined) continue;
      placed.add(conversation);
      known.stop = () => free.place.detach(conversation);
      free.place.attach(use, conversation);
    }
  }

  #failed(known: Known, code: string): void {
    known.failures += 1;
    // What floods is a forgery or broken: it is used again when somebody has pulled it out.
    known.looksToWait =
      code === "device-floods" ? Number.POSITIVE_INFINITY : Math.min(MOST_LOOKS_APART, 2 ** known.failures);
    if (known.refused !== code) this.#ports.log({ code });
    known.refused = code;
    this.#letGo(known);
  }

  #forget(path: string, known: Known): void {
    this.#known.delete(path);
    this.#letGo(known);
  }

  #letGo(known: Known): void {
    const { conversation, stop } = known;
    known.conversation = null;
    known.stop = () => undefined;
    stop();
    conversation?.end("device-gone");
    this.#fill();
  }

  #say(event: BadgeReaderEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** What hangs at this machine, by the profiles, without opening any of it. */
export async function surveyHid(bus: HidBus, profiles: ProfileSet): Promise<readonly SeenDevice[]> {
  return (await bus.devices()).slice(0, MOST_DEVICES).map((device) => {
    const verdict = profiles.judge(device);
    const { vendor, product, name } = device;
    const refused = "refused" in verdict ? verdict.refused : null;
    return { vendor, product, name, profile: profileOf(verdict), refused };
  });
}

const profileOf = (verdict: Verdict): string | null => ("use" in verdict ? verdict.use.id : verdict.profile);

/** A device that opens after nobody waits for it any more is closed again. */
function openWithin(bus: HidBus, timers: Timers, path: string): Promise<HidConnection> {
  const opening = bus.open(path);
  return within(timers, OPEN_WITHIN, opening).catch((error: unknown) => {
    opening.then((late) => late.close()).catch(() => undefined);
    throw error;
  });
}
