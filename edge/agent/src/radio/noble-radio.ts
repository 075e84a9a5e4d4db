import type { EventEmitter } from "node:events";
import { once } from "node:events";
import { type Clock, WardkeyError } from "@wardkey/protocol";
import { readIdentifier } from "./advertised-identifier.js";
import type { AddressType, Advert, CentralRadio, Connected, RadioAddress } from "./central-radio.js";
import {
  forgetPeripheral,
  guardAgainstPackets,
  listenAlwaysToConnect,
  type RawReport,
  takeReports,
} from "./noble-hardening.js";
import { type NobleLink, openNobleLink } from "./noble-link.js";
import { hciBindings, type NobleHciBindings, type NoblePeripheral, type NobleStack } from "./noble-stack.js";

const POWER_UP_MS = 5_000;
const SUPERVISE_MS = 1_000;
// Nothing at all in the air for so long is rare; a controller that forgot to scan is not.
const STALL_MS = 5_000;
const IDENTIFIER_BYTES = 16;
const RSSI_NOT_AVAILABLE = 127;
const PERIPHERALS_KEPT = 128;

export interface CentralRadioInput {
  /** A noble that nobody has powered up yet: `require("@abandonware/noble")`, or `loadNoble` of the virtual radio. */
  readonly noble: EventEmitter;
  readonly clock: Clock;
  /** Told of packets that broke the stack and of scans that had to be started anew. */
  readonly log?: (event: { readonly code: "radio-packet-refused" | "radio-scan-restarted" | "radio-warning" }) => void;
}

/** The central over noble; refuses with `radio-stack-unknown` what is not one. */
export function createCentralRadio(input: CentralRadioInput): CentralRadio {
  if (!isNobleStack(input.noble)) throw new WardkeyError("radio-stack-unknown", "this is not noble 1.9");
  return new NobleRadio(input.noble, input);
}

function isNobleStack(noble: EventEmitter): noble is NobleStack {
  return "startScanning" in noble && "stopScanning" in noble && "_bindings" in noble;
}

class NobleRadio implements CentralRadio {
  readonly #noble: NobleStack;
  readonly #hci: NobleHciBindings | undefined;
  readonly #clock: Clock;
  readonly #log: NonNullable<CentralRadioInput["log"]>;
  readonly #advertListeners = new Set<(advert: Advert) => void>();
  readonly #stateListeners = new Set<(state: "ok" | "down") => void>();
  readonly #identifier = new Uint8Array(IDENTIFIER_BYTES);
  readonly #links = new Set<NobleLink>();
  /** Only where the binding has no HCI: the phones that noble may link to, oldest first. */
  readonly #peripherals = new Map<string, NoblePeripheral>();
  #running = false;
  #hardened = false;
  #up = false;
  #heardAt = 0;
  #supervisor: NodeJS.Timeout | undefined;
  #connecting: Promise<unknown> = Promise.resolve();

  constructor(noble: NobleStack, input: CentralRadioInput) {
    this.#noble = noble;
    this.#clock = input.clock;
    this.#log = input.log ?? (() => {});
    this.#hci = hciBindings(noble);
  }

  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.#harden();
    this.#heardAt = this.#clock.monotonic();
    this.#noble.on("warning", this.#onWarning);
    if (this.#hci === undefined) this.#noble.on("discover", this.#onDiscover);
    const powered =
      this.#noble._state === "poweredOn"
        ? undefined
        : once(this.#noble, "stateChange", { signal: AbortSignal.timeout(POWER_UP_MS) });
    this.#noble.on("stateChange", this.#onStateChange);
    this.#supervisor = setInterval(() => this.#supervise(), SUPERVISE_MS);
    // An adapter that does not come up is a state, not an error: it may be plugged in later.
    await powered?.catch(() => {});
    this.#onStateChange(this.#noble._state);
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    clearInterval(this.#supervisor);
    this.#noble.removeListener("stateChange", this.#onStateChange);
    this.#noble.removeListener("warning", this.#onWarning);
    this.#noble.removeListener("discover", this.#onDiscover);
    await Promise.all([...this.#links].map((link) => link.close()));
    if (this.#up) this.#noble.stopScanning();
    this.#up = false;
    this.#peripherals.clear();
  }

  state(): "ok" | "down" {
    return this.#up ? "ok" : "down";
  }

  onState(listener: (state: "ok" | "down") => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  onAdvert(listener: (advert: Advert) => void): () => void {
    this.#advertListeners.add(listener);
    return () => this.#advertListeners.delete(listener);
  }

  connect(to: RadioAddress, signal: AbortSignal): Promise<Connected> {
    // A controller makes one connection at a time; noble would queue without a deadline.
    const attempt = this.#connecting.then(() => this.#connect(to, signal));
    this.#connecting = attempt;
    return attempt;
  }

  async #connect(to: RadioAddress, signal: AbortSignal): Promise<Connected> {
    if (signal.aborted) return { ok: false, code: "aborted" };
    if (!this.#up) return { ok: false, code: "radio-down" };
    const peripheral = this.#peripheralAt(to);
    if (peripheral === undefined || peripheral.state === "connected") return { ok: false, code: "connect-failed" };
    let link: NobleLink | undefined;
    const opened = await openNobleLink({
      peripheral,
      signal,
      monotonic: () => this.#clock.monotonic(),
      onClosed: () => {
        if (link !== undefined) this.#links.delete(link);
        if (this.#hci !== undefined) forgetPeripheral(this.#noble, peripheral.id);
      },
    });
    if (!opened.ok) return opened;
    link = opened.link;
    this.#links.add(link);
    if (!this.#up) link.radioDown();
    return { ok: true, link };
  }

  /** Over HCI noble learns of a phone only now, when a link is wanted, and forgets it afterwards. */
  #peripheralAt(to: RadioAddress): NoblePeripheral | undefined {
    const hci = this.#hci;
    if (hci === undefined) return this.#peripherals.get(to.address);
    let found: NoblePeripheral | undefined;
    const take = (peripheral: NoblePeripheral): void => {
      found = peripheral;
    };
    this.#noble.once("discover", take);
    hci.onDiscover(0, to.address, to.addressType, true, { serviceUuids: [], serviceData: [] }, 0, false);
    this.#noble.removeListener("discover", take);
    return found;
  }

  #harden(): void {
    if (this.#hardened || this.#hci === undefined) return;
    this.#hardened = true;
    guardAgainstPackets(this.#hci, () => this.#log({ code: "radio-packet-refused" }));
    listenAlwaysToConnect(this.#hci);
    takeReports(this.#hci, (report) => this.#onReport(report));
  }

  #onReport(report: RawReport): void {
    this.#heardAt = this.#clock.monotonic();
    if (report.rssi === RSSI_NOT_AVAILABLE || !readIdentifier(report.data, this.#identifier)) return;
    this.#tell({
      address: report.address,
      addressType: report.addressType,
      identifier: this.#identifier,
      rssi: report.rssi,
    });
  }

  readonly #onDiscover = (peripheral: NoblePeripheral): void => {
    this.#heardAt = this.#clock.monotonic();
    const uuids = peripheral.advertisement.serviceUuids ?? [];
    const uuid = uuids[0]?.replaceAll("-", "");
    if (uuids.length !== 1 || uuid === undefined || !/^[0-9a-f]{32}$/i.test(uuid) || !peripheral.connectable) return;
    const address = peripheral.address === "" ? peripheral.id : peripheral.address;
    this.#peripherals.delete(address);
    this.#peripherals.set(address, peripheral);
    for (const [oldest, { id, state }] of this.#peripherals) {
      if (this.#peripherals.size <= PERIPHERALS_KEPT) break;
      this.#peripherals.delete(oldest);
      if (state === "disconnected") forgetPeripheral(this.#noble, id);
    }
    const addressType: AddressType = peripheral.addressType === "public" ? "public" : "random";
    this.#tell({ address, addressType, identifier: Buffer.from(uuid, "hex"), rssi: peripheral.rssi });
  };

  #tell(advert: Advert): void {
    for (const listener of this.#advertListeners) listener(advert);
  }

  readonly #onWarning = (): void => this.#log({ code: "radio-warning" });

  readonly #onStateChange = (state: string): void => {
    const up = state === "poweredOn";
    if (up === this.#up) return;
    this.#up = up;
    if (up) this.#scan();
    else for (const link of this.#links) link.radioDown();
    for (const listener of this.#stateListeners) listener(this.state());
  };

  #supervise(): void {
    if (!this.#up || this.#clock.monotonic() - this.#heardAt < STALL_MS) return;
    this.#log({ code: "radio-scan-restarted" });
    this.#scan();
  }

  #scan(): void {
    this.#heardAt = this.#clock.monotonic();
    this.#noble.startScanning([], true);
  }
}
