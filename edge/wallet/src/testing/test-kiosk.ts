import { randomBytes } from "node:crypto";
import { instant } from "@wardkey/protocol";
import {
  type EnrolmentOffer,
  enrolmentIdentifier,
  identifierOf,
  identifierWindow,
  OpaqueTemplate,
  uuidOf,
} from "@wardkey/protocol/credential";
import {
  Assembler,
  type Decision,
  fragment,
  GATT,
  type HeartbeatOpener,
  type KioskEffect,
  type KioskEvent,
  type KioskState,
  type KioskTapInput,
  kioskTap,
  type Step,
  startKioskTap,
} from "@wardkey/protocol/tap";
import {
  loadNoble,
  type Noble,
  type NobleCharacteristic,
  type NoblePeripheral,
  type Participant,
} from "@wardkey/virtual-radio";
import type { TestReader, TestSite } from "./test-site.js";

export interface TapTrace {
  readonly effects: KioskEffect[];
  readonly heartbeats: { counter: number; moved: boolean; elsewhere?: true }[];
  /** Every byte that the phone sent over the air after the central had connected. */
  readonly heard: Buffer[];
  readonly ended: Promise<void>;
  leave(): Promise<void>;
}

export interface TapRequest {
  reader: TestReader;
  site: TestSite;
  status: Uint8Array;
  denyNotice?: Uint8Array;
  /** Hands-free when absent. */
  leastConsent?: KioskTapInput["leastConsent"];
  errand:
    | { purpose: "unlock" | "prove"; decision: Decision }
    | { purpose: "enrol"; offer: EnrolmentOffer; agree?: boolean; face?: boolean };
  /** What is advertised; the phone's newest when absent. */
  identifier?: Uint8Array;
  now: number;
  /** Disconnects once this many frames of the phone were heard. */
  leaveAfterFrames?: number;
}

export const TEST_TEMPLATE = randomBytes(900);
export const TEST_EID_KEY = randomBytes(32);

/** A kiosk made of noble and the protocol's own state machine, with a person who nods at everything it asks. */
export class TestKiosk {
  readonly #noble: Noble;

  constructor(participant: Participant) {
    this.#noble = loadNoble(participant);
  }

  async powerOn(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#noble.on("stateChange", (state) => state === "poweredOn" && resolve());
    });
  }

  /** The first phone heard whose identifier passes. */
  async find(
    wanted: (identifier: Uint8Array) => boolean,
    withinMs = 5_000,
  ): Promise<{ peripheral: NoblePeripheral; identifier: Uint8Array }> {
    const found = deferred<{ peripheral: NoblePeripheral; identifier: Uint8Array }>();
    const hear = (peripheral: NoblePeripheral): void => {
      for (const uuid of peripheral.advertisement.serviceUuids) {
        const identifier = identifierOf(uuid);
        if (identifier !== undefined && wanted(identifier)) found.resolve({ peripheral, identifier });
      }
    };
    const late = setTimeout(() => found.reject(new Error("no such phone was heard")), withinMs);
    this.#noble.on("discover", hear);
    try {
      await this.#noble.startScanningAsync([], true);
      return await found.promise;
    } finally {
      clearTimeout(late);
      this.#noble.removeListener("discover", hear);
      await this.#noble.stopScanningAsync();
    }
  }

  async connect(peripheral: NoblePeripheral): Promise<{ write: NobleCharacteristic; notify: NobleCharacteristic }> {
    await within(3_000, peripheral.connectAsync(), "connecting");
    const { characteristics } = await within(
      3_000,
      peripheral.discoverSomeServicesAndCharacteristicsAsync([GATT.service], []),
      "discovering services",
    );
    const of = (uuid: string): NobleCharacteristic => {
      const found = characteristics.find((one) => one.uuid === uuid);
      if (found === undefined) throw new Error(`the phone has no characteristic ${uuid}`);
      return found;
    };
    return { write: of(GATT.write), notify: of(GATT.notify) };
  }

  /** Taps the phone that shows the identifier, or the first that is heard. */
  async tap(request: TapRequest): Promise<TapTrace> {
    const { errand } = request;
    const wanted = errand.purpose === "enrol" ? enrolmentIdentifier(errand.offer.token) : request.identifier;
    const { peripheral, identifier } = await this.find((one) => wanted === undefined || uuidOf(one) === uuidOf(wanted));
    const { write, notify } = await this.connect(peripheral);
    return runTap({ request, identifier, peripheral, write, notify });
  }
}

async function runTap(input: {
  request: TapRequest;
  identifier: Uint8Array;
  peripheral: NoblePeripheral;
  write: NobleCharacteristic;
  notify: NobleCharacteristic;
}): Promise<TapTrace> {
  const { request, identifier, peripheral, write, notify } = input;
  const { reader, site, errand } = request;
  const effects: KioskEffect[] = [];
  const heartbeats: TapTrace["heartbeats"] = [];
  const heard: Buffer[] = [];
  const ended = deferred<void>();
  const assembler = new Assembler();
  let opener: HeartbeatOpener | null = null;
  let sending: Promise<unknown> = Promise.resolve();
  const moment = () => ({ now: instant(request.now), monotonic: performance.now() });

  const common = {
    randomBytes: (size: number) => Uint8Array.from(randomBytes(size)),
    identifier,
    window: errand.purpose === "enrol" ? 0 : identifierWindow(instant(request.now)),
    trust: site.trust,
    readerChain: [reader.certificate],
    status: request.status,
    policyVersion: 1,
    leastConsent: request.leastConsent ?? "A",
    denyNotice: request.denyNotice ?? null,
  };
  const tapInput: KioskTapInput =
    errand.purpose === "enrol"
      ? { ...common, purpose: "enrol", offer: errand.offer }
      : { ...common, purpose: errand.purpose, expected: { staffId: "anna", epochs: [1] }, deniedHolders: new Set() };

  let state: KioskState | null = null;
  const take = (step: Step<KioskState, KioskEffect>): void => {
    state = step.state;
    for (const effect of step.effects) {
      effects.push(effect);
      void perform(effect).catch(() => undefined);
    }
  };
  const deliver = (event: KioskEvent): void => {
    if (state !== null) take(kioskTap(state, event, moment()));
  };
  const perform = async (effect: KioskEffect): Promise<void> => {
    switch (effect.type) {
      case "send": {
        const frames = fragment(effect.message, (peripheral.mtu ?? 23) - 3);
        sending = sending.then(async () => {
          for (const frame of frames) await write.writeAsync(Buffer.from(frame), false);
        });
        return void (await sending);
      }
      case "sign":
        return deliver({ type: "signed", signature: await reader.sign(effect.bytes) });
      case "holder-proven":
      case "verify-face":
        if (errand.purpose !== "enrol") deliver({ type: "decided", outcome: errand.decision });
        return;
      case "show-code":
        return deliver({ type: "codes-compared", agree: errand.purpose === "enrol" && errand.agree !== false });
      case "established":
        opener = effect.heartbeat;
        return;
      case "finished":
        if (effect.outcome !== "unlocked") ended.resolve();
        return;
      case "close":
        await sending;
        await leave(peripheral);
        return;
      case "holder-key-proven":
        return;
    }
  };

  const proven = async (): Promise<void> => {
    const effect = effects.find((one) => one.type === "holder-key-proven");
    const faceless = errand.purpose === "enrol" && errand.face === false;
    const template = faceless ? null : new OpaqueTemplate(TEST_TEMPLATE);
    if (effect?.type !== "holder-key-proven") return;
    const credential = await site.credential(effect.publicKey, template);
    deliver({ type: "issued", credential, template, eidKey: Uint8Array.from(TEST_EID_KEY) });
  };

  notify.on("data", (data) => {
    heard.push(Buffer.from(data));
    if (heard.length === request.leaveAfterFrames) {
      void leave(peripheral);
      return;
    }
    const pushed = assembler.push(data, performance.now());
    if (pushed.kind !== "message") return;
    if (opener === null) deliver({ type: "received", message: pushed.message });
    else {
      const beat = opener.open(pushed.message);
      if (!beat.ok) return;
      const { ok, ...said } = beat;
      heartbeats.push(said);
    }
    if (effects.some(({ type }) => type === "show-code")) void proven();
  });
  peripheral.once("disconnect", () => {
    deliver({ type: "closed" });
    ended.resolve();
  });
  take(startKioskTap(tapInput, moment()));
  // A phone that refuses may be gone before it has acknowledged.
  await Promise.race([notify.subscribeAsync().catch(() => undefined), ended.promise]);
  return { effects, heartbeats, heard, ended: ended.promise, leave: () => leave(peripheral) };
}

/** noble never answers about a peripheral that has gone already. */
async function leave(peripheral: NoblePeripheral): Promise<void> {
  if (peripheral.state !== "connected") return;
  const gone = new Promise<void>((resolve) => peripheral.once("disconnect", () => resolve()));
  void peripheral.disconnectAsync().catch(() => undefined);
  await within(3_000, gone, "disconnecting");
}

async function within<T>(milliseconds: number, wait: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([wait, late]);
  } finally {
    clearTimeout(timer);
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
