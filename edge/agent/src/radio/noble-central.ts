import { once } from "node:events";
import type { Clock } from "@wardkey/protocol";
import type { AdapterCode } from "./adapter.js";
import { readIdentifier } from "./advertised-identifier.js";
import type { AdvertisingReport } from "./advertising-reports.js";
import type { AddressType, Advert, Connected, RadioAddress } from "./central-radio.js";
import { endInNoble, forgetPeripheral, guardAgainstPackets, listenWellAndSayNothing } from "./noble-hardening.js";
import { makeClosable } from "./noble-lifetime.js";
import { type Linked, type NobleLink, openNobleLink } from "./noble-link.js";
import { hciBindings, type NobleHciBindings, type NoblePeripheral, type NobleStack } from "./noble-stack.js";
import { ScanWatch } from "./scan-watch.js";

const POWER_UP_MS = 5_000;
const SUPERVISE_MS = 1_000;
const IDENTIFIER_BYTES = 16;
const RSSI_NOT_AVAILABLE = 127;
const PERIPHERALS_KEPT = 128;

/** What a radio tells of itself; nothing of it names a phone. */
export type RadioLogCode =
  | "radio-packet-refused"
  | "radio-scan-restarted"
  | "radio-warning"
  | "radio-link-orphaned"
  | "radio-link-stuck"
  | "radio-connect-stuck"
  | "radio-hung"
  | "radio-silent";

/** Why one noble is of no use any more. */
export type CentralEnd =
  | { readonly why: "off"; readonly code: AdapterCode }
  /** It should be opened anew: nothing was heard for long, it does not answer, or a link does not end. */
  | { readonly why: "silent" | "hung" | "stuck" };

export interface NobleCentralInput {
  readonly noble: NobleStack;
  readonly clock: Clock;
  /** The noble before was given up because it heard nothing. */
  readonly afterSilence: boolean;
  readonly log: (event: { readonly code: RadioLogCode }) => void;
  readonly onAdvert: (advert: Advert) => void;
  /** Once. What remains is `close`. */
  readonly onEnd: (end: CentralEnd) => void;
}

/** One noble from the moment that it is powered up until it is closed or of no use any more. */
export class NobleCentral {
  readonly #input: NobleCentralInput;
  readonly #noble: NobleStack;
  readonly #hci: NobleHciBindings | undefined;
  readonly #identifier = new Uint8Array(IDENTIFIER_BYTES);
  readonly #links = new Map<string, NobleLink>();
  /** Phones that this kiosk is linked to, or tries to link to; resolved when it has let go of them. */
  readonly #wanted = new Map<string, Promise<void>>();
  /** Only where the binding has no HCI: the phones that noble may link to, oldest first. */
  readonly #peripherals = new Map<string, NoblePeripheral>();
  readonly #closeStack: () => void;
  #watch: ScanWatch | undefined;
  #supervisor: NodeJS.Timeout | undefined;
  #resetWhenFree = false;
  #ended = false;

  constructor(input: NobleCentralInput) {
    this.#input = input;
    this.#noble = input.noble;
    this.#hci = hciBindings(input.noble);
    this.#closeStack = this.#hci === undefined ? () => {} : this.#harden(this.#hci);
  }

  get up(): boolean {
    return this.#watch !== undefined && !this.#ended;
  }

  /** Powers up and scans; says why not when it does not come up in time. */
  async powerUp(): Promise<AdapterCode | undefined> {
    const noble = this.#noble;
    noble.on("warning", this.#onWarning);
    if (this.#hci === undefined) noble.on("discover", this.#onDiscover);
    if (noble._state !== "poweredOn") {
      await once(noble, "stateChange", { signal: AbortSignal.timeout(POWER_UP_MS) }).catch(() => {});
    }
    if (noble._state !== "poweredOn") return codeOfState(noble._state);
    noble.on("stateChange", this.#onStateChange);
    noble.on("scanStart", this.#onScanStart);
    noble.on("scanStop", this.#onScanStop);
    this.#watch = new ScanWatch(this.#now(), this.#input.afterSilence);
    noble.startScanning([], true);
    this.#supervisor = setInterval(() => this.#supervise(), SUPERVISE_MS);
    return undefined;
  }

  async connect(to: RadioAddress, signal: AbortSignal): Promise<Connected> {
    let linked = await this.#connect(to, signal);
    if (!linked.ok && linked.unheard === true && !signal.aborted) linked = await this.#connect(to, signal);
    return linked.ok ? linked : { ok: false, code: linked.code };
  }

  /** Ends every link and the noble itself. Where the controller misbehaves, it is told to drop everything. */
  async close(reset = false): Promise<void> {
    clearInterval(this.#supervisor);
    const noble = this.#noble;
    noble.removeListener("stateChange", this.#onStateChange);
    noble.removeListener("scanStart", this.#onScanStart);
    noble.removeListener("scanStop", this.#onScanStop);
    noble.removeListener("discover", this.#onDiscover);
    const links = [...this.#links.values()];
    if (this.up) await Promise.all(links.map((link) => link.close()));
    else for (const link of links) link.radioDown();
    this.#ended = true;
    if (noble._state === "poweredOn") {
      noble.stopScanning();
      if (reset) noble.reset();
    }
    noble.removeListener("warning", this.#onWarning);
    this.#peripherals.clear();
    this.#closeStack();
  }

  async #connect(to: RadioAddress, signal: AbortSignal): Promise<Linked> {
    if (signal.aborted) return { ok: false, code: "aborted" };
    const peripheral = await this.#free(to);
    if (!this.up) return { ok: false, code: "radio-down" };
    if (peripheral === undefined) return { ok: false, code: "connect-failed" };
    const { id } = peripheral;
    let letGo = (): void => {};
    this.#wanted.set(id, new Promise((resolve) => (letGo = resolve)));
    const closed = (): void => {
      this.#links.delete(id);
      this.#wanted.delete(id);
      letGo();
      if (this.#hci !== undefined) forgetPeripheral(this.#noble, id);
    };
    const linking = openNobleLink({
      peripheral,
      signal,
      monotonic: () => this.#now(),
      onConnected: (link) => {
        this.#links.set(id, link);
        if (!this.up) link.radioDown();
      },
      onClosed: closed,
      onStuck: (what) => this.#onStuck(what, id),
    });
    // noble threw: nobody else lets go of this phone, and whoever wants it next would wait for ever.
    linking.catch(closed);
    return linking;
  }

  /** A phone that nobody is linked to. One whose link is just being closed is waited for: noble knows it by address alone. */
  async #free(to: RadioAddress): Promise<NoblePeripheral | undefined> {
    for (let peripheral = this.#peripheralAt(to); peripheral !== undefined; peripheral = this.#peripheralAt(to)) {
      if (this.#links.get(peripheral.id)?.open === true) return undefined;
      const wanted = this.#wanted.get(peripheral.id);
      if (wanted === undefined) return peripheral.state === "connected" ? undefined : peripheral;
      await wanted;
    }
    return undefined;
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

  #harden(hci: NobleHciBindings): () => void {
    const close = makeClosable(hci);
    guardAgainstPackets(hci, {
      onReport: (report) => this.#onReport(report),
      onFault: () => this.#input.log({ code: "radio-packet-refused" }),
      onRefusal: (handle, request) => this.#links.get(String(hci._handles[handle]))?.refused(request),
    });
    listenWellAndSayNothing(hci);
    // A connection that came about after its attempt was given up has nobody who would ever end it.
    const onConnect = (id: string, error: unknown): void => {
      if (error || this.#wanted.has(id)) return;
      this.#input.log({ code: "radio-link-orphaned" });
      const handle = hci._handles[id];
      if (typeof handle === "number") hci._hci.disconnect(handle);
    };
    hci.on("connect", onConnect);
    return () => {
      hci.removeListener("connect", onConnect);
      close();
    };
  }

  #onStuck(what: "link" | "connecting", id: string): void {
    if (!this.up) return;
    const hci = this.#hci;
    if (hci === undefined) return;
    this.#input.log({ code: what === "link" ? "radio-link-stuck" : "radio-connect-stuck" });
    const handle = hci._handles[id];
    if (typeof handle === "number") endInNoble(hci, handle);
    // The controller may keep the link for ever, and then its phone cannot be reached; only a reset ends that, and with
    // it the link of whoever is served just now.
    this.#resetWhenFree = true;
  }

  #onReport(report: AdvertisingReport): void {
    this.#watch?.heard(this.#now());
    if (!report.connectable || report.rssi === RSSI_NOT_AVAILABLE) return;
    if (!readIdentifier(report.data, this.#identifier)) return;
    const identifier = this.#identifier;
    this.#input.onAdvert({
      identifier,
      addressType: report.addressType,
      rssi: report.rssi,
      get address() {
        return report.address;
      },
    });
  }

  readonly #onDiscover = (peripheral: NoblePeripheral): void => {
    this.#watch?.heard(this.#now());
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
    this.#input.onAdvert({ address, addressType, identifier: Buffer.from(uuid, "hex"), rssi: peripheral.rssi });
  };

  readonly #onWarning = (): void => this.#input.log({ code: "radio-warning" });
  readonly #onScanStart = (): void => this.#watch?.answered();
  readonly #onScanStop = (): void => this.#watch?.ended();

  readonly #onStateChange = (state: string): void => {
    if (state !== "poweredOn") this.#end({ why: "off", code: codeOfState(state) });
  };

  #supervise(): void {
    const watch = this.#watch;
    if (watch === undefined || this.#ended) return;
    if (this.#resetWhenFree && this.#wanted.size === 0) {
      this.#end({ why: "stuck" });
      return;
    }
    const at = this.#now();
    switch (watch.verdict(at, this.#wanted.size)) {
      case "well":
        return;
      case "scan-again":
        this.#input.log({ code: "radio-scan-restarted" });
        watch.scanned(at);
        this.#noble.startScanning([], true);
        return;
      case "silent":
        this.#input.log({ code: "radio-silent" });
        this.#end({ why: "silent" });
        return;
      case "hung":
        this.#input.log({ code: "radio-hung" });
        this.#end({ why: "hung" });
        return;
    }
  }

  #end(end: CentralEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#supervisor);
    for (const link of [...this.#links.values()]) link.radioDown();
    this.#input.onEnd(end);
  }

  #now(): number {
    return this.#input.clock.monotonic();
  }
}

function codeOfState(state: string): AdapterCode {
  switch (state) {
    case "unauthorized":
      return "adapter-forbidden";
    case "unsupported":
      return "bluetooth-unsupported";
    case "poweredOff":
      return "adapter-off";
    default:
      return "adapter-silent";
  }
}
