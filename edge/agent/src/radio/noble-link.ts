import { GATT } from "@wardkey/protocol/tap";
import { answerTo } from "./answer.js";
import type { ConnectCode } from "./central-radio.js";
import type { NobleCharacteristic, NoblePeripheral, NobleService } from "./noble-stack.js";
import type { LinkLostCode, LinkStep, PhoneLink } from "./phone-link.js";

const CONNECT_MS = 2_000;
const SERVICES_MS = 2_000;
const SUBSCRIBE_MS = 2_000;
const WRITE_MS = 2_000;
const RSSI_MS = 1_000;
const CLOSE_MS = 1_000;
// Longer than the supervision timeout below: a controller that is well has said by then that the link has ended.
const CLOSE_AGAIN_MS = 2_500;
const RSSI_NOT_AVAILABLE = 127;
const SMALLEST_MTU = 23;
// noble asks for 256 and takes whatever is answered; only the smaller of the two counts. Core 5.3 Vol 3 F 3.4.2.2.
const LARGEST_MTU = 256;
// 7.5 ms between connection events for a short handshake; two seconds of silence end the link.
const PARAMETERS = { minInterval: 6, maxInterval: 6, latency: 0, timeout: 200 };
// Core 5.3 Vol 1 F 2.59: the phone did not hear the request. It costs nothing to ask again.
const FAILED_TO_BE_ESTABLISHED = 0x3e;
// ATT requests that a tap needs: a phone that refuses one of them refuses the tap. Core 5.3 Vol 3 F 3.4.8.
const NEEDED_REQUESTS = new Set([0x08, 0x12, 0x16, 0x18]);

export interface LinkRequest {
  readonly peripheral: NoblePeripheral;
  readonly signal: AbortSignal;
  readonly monotonic: () => number;
  /** The link has gone, or never came about: noble may forget the phone. */
  readonly onClosed: () => void;
  /** The adapter does not say that a link, or the wish for one, has ended although it was told twice. */
  readonly onStuck: (what: "link" | "connecting") => void;
  /** The link exists, and its service is looked for. */
  readonly onConnected: (link: NobleLink) => void;
}

export type Linked =
  | { ok: true; link: NobleLink }
  /** `unheard`: the phone never heard of the attempt. */
  | { ok: false; code: ConnectCode; unheard?: true };

/** Links to a phone and finds the tap's service there. Leaves nothing behind when it refuses. */
export async function openNobleLink(request: LinkRequest): Promise<Linked> {
  const { peripheral, signal, monotonic } = request;
  const startedAt = monotonic();
  const connected = await answerTo({
    emitter: peripheral,
    event: "connect",
    ask: () => peripheral.connect(PARAMETERS),
    read: (error) => error === undefined || error === null,
    timeoutMs: CONNECT_MS,
    ended: signal,
  });
  if (!connected.ok) {
    // noble itself answers to this at once; what the adapter says comes after.
    peripheral.cancelConnect();
    await abandon(request);
    return { ok: false, code: connected.why === "timeout" ? "connect-timeout" : "aborted" };
  }
  if (!connected.value) {
    request.onClosed();
    return { ok: false, code: "connect-failed" };
  }
  const link = new NobleLink(peripheral, request);
  request.onConnected(link);
  const connect = monotonic() - startedAt;
  const onAbort = (): void => void link.close();
  signal.addEventListener("abort", onAbort);
  const found = await link.findService();
  signal.removeEventListener("abort", onAbort);
  if (signal.aborted || found !== "found") {
    await link.close();
    if (signal.aborted) return { ok: false, code: "aborted" };
    if (link.lostReason === FAILED_TO_BE_ESTABLISHED) return { ok: false, code: "phone-lost", unheard: true };
    return { ok: false, code: found === "found" ? "phone-lost" : found };
  }
  link.timings = { connect, services: monotonic() - startedAt - connect };
  return { ok: true, link };
}

/**
 * Waits until the adapter has called an attempt off: its late answer must not be taken for that of the next attempt.
 * A connection that comes about all the same is ended.
 */
async function abandon(request: LinkRequest): Promise<void> {
  const late = await answerTo({
    emitter: request.peripheral,
    event: "connect",
    ask: () => {},
    read: (error) => error === undefined || error === null,
    timeoutMs: CLOSE_MS,
    ended: new AbortController().signal,
  });
  if (late.ok && late.value) {
    await new NobleLink(request.peripheral, request).close();
    return;
  }
  if (!late.ok) request.onStuck("connecting");
  request.onClosed();
}

export class NobleLink implements PhoneLink {
  timings = { connect: 0, services: 0 };
  /** HCI's code for why the link was lost. */
  lostReason: number | undefined;
  readonly #peripheral: NoblePeripheral;
  readonly #request: Pick<LinkRequest, "onClosed" | "onStuck">;
  readonly #ended = new AbortController();
  readonly #frameListeners = new Set<(frame: Uint8Array) => void>();
  readonly #lostListeners = new Set<(code: LinkLostCode) => void>();
  readonly #onDisconnect = (reason: number): void => {
    this.lostReason = reason;
    this.#end("phone-lost");
  };
  readonly #onData = (data: Uint8Array): void => {
    for (const listener of this.#frameListeners) listener(data);
  };
  #lost: LinkLostCode | undefined;
  #closing: Promise<void> = Promise.resolve();
  #write: NobleCharacteristic | undefined;
  #notify: NobleCharacteristic | undefined;

  constructor(peripheral: NoblePeripheral, request: Pick<LinkRequest, "onClosed" | "onStuck">) {
    this.#peripheral = peripheral;
    this.#request = request;
    peripheral.on("disconnect", this.#onDisconnect);
  }

  get attMtu(): number {
    return Math.min(LARGEST_MTU, Math.max(SMALLEST_MTU, this.#peripheral.mtu ?? SMALLEST_MTU));
  }

  async findService(): Promise<"found" | "services-timeout" | "service-missing" | "phone-lost"> {
    const services = await answerTo({
      emitter: this.#peripheral,
      event: "servicesDiscover",
      ask: () => this.#peripheral.discoverServices([GATT.service]),
      read: (found) => (found as NobleService[]).find(({ uuid }) => uuid === GATT.service),
      timeoutMs: SERVICES_MS,
      ended: this.#ended.signal,
    });
    if (!services.ok) return services.why === "timeout" ? "services-timeout" : "phone-lost";
    const service = services.value;
    if (service === undefined) return "service-missing";
    const characteristics = await answerTo({
      emitter: service,
      event: "characteristicsDiscover",
      ask: () => service.discoverCharacteristics([GATT.write, GATT.notify]),
      read: (found) => found as NobleCharacteristic[],
      timeoutMs: SERVICES_MS,
      ended: this.#ended.signal,
    });
    if (!characteristics.ok) return characteristics.why === "timeout" ? "services-timeout" : "phone-lost";
    const having = (uuid: string, property: string): NobleCharacteristic | undefined =>
      characteristics.value.find((one) => one.uuid === uuid && one.properties.includes(property));
    this.#write = having(GATT.write, "write");
    this.#notify = having(GATT.notify, "notify");
    return this.#write === undefined || this.#notify === undefined ? "service-missing" : "found";
  }

  async subscribe(): Promise<LinkStep> {
    const notify = this.#notify;
    if (notify === undefined) return { ok: false, code: this.#lost ?? "phone-lost" };
    notify.on("data", this.#onData);
    const answer = await answerTo({
      emitter: notify,
      event: "notify",
      ask: () => notify.notify(true),
      read: () => true,
      timeoutMs: SUBSCRIBE_MS,
      ended: this.#ended.signal,
    });
    return this.#step(answer, "subscribe-timeout");
  }

  async write(frame: Uint8Array): Promise<LinkStep> {
    const write = this.#write;
    if (write === undefined) return { ok: false, code: this.#lost ?? "phone-lost" };
    const answer = await answerTo({
      emitter: write,
      event: "write",
      ask: () => write.write(Buffer.from(frame), false),
      read: () => true,
      timeoutMs: WRITE_MS,
      ended: this.#ended.signal,
    });
    return this.#step(answer, "write-timeout");
  }

  onFrame(listener: (frame: Uint8Array) => void): () => void {
    this.#frameListeners.add(listener);
    return () => this.#frameListeners.delete(listener);
  }

  onLost(listener: (code: LinkLostCode) => void): () => void {
    if (this.#lost !== undefined) {
      listener(this.#lost);
      return () => {};
    }
    this.#lostListeners.add(listener);
    return () => this.#lostListeners.delete(listener);
  }

  async rssi(): Promise<number | undefined> {
    const answer = await answerTo({
      emitter: this.#peripheral,
      event: "rssiUpdate",
      ask: () => this.#peripheral.updateRssi(),
      read: (rssi) => rssi as number,
      timeoutMs: RSSI_MS,
      ended: this.#ended.signal,
    });
    return answer.ok && answer.value !== RSSI_NOT_AVAILABLE ? answer.value : undefined;
  }

  /** Resolves when the adapter has let go of the phone, also for who asks second. */
  async close(): Promise<void> {
    await this.#close("closed");
  }

  get open(): boolean {
    return this.#lost === undefined;
  }

  /** The phone answered a request with an error. After its service was found, nothing that it may refuse is asked. */
  refused(request: number): void {
    if (this.#write !== undefined && NEEDED_REQUESTS.has(request)) void this.#close("phone-refused");
  }

  #close(code: LinkLostCode): Promise<void> {
    if (this.#lost === undefined) this.#closing = this.#hangUp(code);
    return this.#closing;
  }

  async #hangUp(code: LinkLostCode): Promise<void> {
    const peripheral = this.#peripheral;
    peripheral.removeListener("disconnect", this.#onDisconnect);
    this.#end(code, false);
    if (peripheral.state === "connected" && !(await this.#disconnected(CLOSE_MS))) {
      if (!(await this.#disconnected(CLOSE_AGAIN_MS))) this.#request.onStuck("link");
    }
    this.#request.onClosed();
  }

  async #disconnected(withinMs: number): Promise<boolean> {
    const answer = await answerTo({
      emitter: this.#peripheral,
      event: "disconnect",
      ask: () => this.#peripheral.disconnect(),
      read: () => true,
      timeoutMs: withinMs,
      ended: new AbortController().signal,
    });
    return answer.ok;
  }

  /** The adapter went away: no event of it will come any more. */
  radioDown(): void {
    this.#end("radio-down");
  }

  #end(code: LinkLostCode, forget = true): void {
    if (this.#lost !== undefined) return;
    this.#lost = code;
    this.#peripheral.removeListener("disconnect", this.#onDisconnect);
    this.#notify?.removeListener("data", this.#onData);
    this.#frameListeners.clear();
    this.#ended.abort();
    for (const listener of this.#lostListeners) listener(code);
    this.#lostListeners.clear();
    if (forget) this.#request.onClosed();
  }

  #step(answer: { ok: boolean }, timeout: "subscribe-timeout" | "write-timeout"): LinkStep {
    if (answer.ok) return { ok: true };
    return { ok: false, code: this.#lost ?? timeout };
  }
}
