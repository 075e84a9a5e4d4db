import type { KeyObject } from "node:crypto";
import { randomBytes } from "node:crypto";
import { instant } from "@wardkey/protocol";
import { createSigner, OpaqueTemplate, uuidOf } from "@wardkey/protocol/credential";
import {
  Assembler,
  fragment,
  GATT,
  type HeartbeatSealer,
  type Moment,
  type PhoneEffect,
  type PhoneErrand,
  type PhoneEvent,
  type PhoneState,
  phoneTap,
  type Refusal,
  startPhoneTap,
} from "@wardkey/protocol/tap";
import { type Bleno, loadBleno, type Participant } from "@wardkey/virtual-radio";

/** What a test may do to the frames of a phone, counted from 0 in each direction. */
export interface FrameFaults {
  /** Sends something else, nothing, or hangs up instead. */
  out?(frame: Buffer, index: number): Buffer | "drop" | "hang-up";
  in?(index: number): "hang-up" | undefined;
}

export interface TestPhoneOptions {
  readonly participant: Participant;
  readonly holderKey: KeyObject;
  readonly identifier: Uint8Array;
  readonly window: number;
  errand(): PhoneErrand;
  readonly credential?: Uint8Array;
  readonly template?: Uint8Array;
  readonly faults?: FrameFaults;
  /** Consent takes so long, ms; never comes when undefined is given. */
  readonly consentMs?: number | "never";
  readonly heartbeatMs?: number;
  /** What it tells of kiosks that it refused. */
  readonly refusals?: () => readonly Refusal[];
  /** Called with everything that the tap asks of the phone. */
  readonly onEffect?: (effect: PhoneEffect) => void;
}

/** A phone on the real peripheral stack: what the wallet does, without its vault, with faults on demand. */
export interface TestPhone {
  readonly bleno: Bleno;
  readonly effects: PhoneEffect[];
  /** How many frames went out over the last link. */
  framesOut: number;
  framesIn: number;
  /** Sends a heartbeat, or other bytes in its place. */
  beat(instead?: Uint8Array): void;
  stopBeating(): void;
  hangUp(): void;
}

interface Tap {
  state: PhoneState;
  readonly connection: number;
  readonly payload: number;
  readonly update: (data: Buffer) => void;
  readonly assembler: Assembler;
}

export async function startTestPhone(options: TestPhoneOptions): Promise<TestPhone> {
  const bleno = loadBleno(options.participant, { advertisingIntervalMs: 100 });
  const sign = createSigner(options.holderKey);
  const moment = (): Moment => ({ now: instant(Date.now()), monotonic: performance.now() });
  let tap: Tap | undefined;
  let heartbeat: HeartbeatSealer | undefined;
  let beating: NodeJS.Timeout | undefined;

  const phone: TestPhone = {
    bleno,
    effects: [],
    framesOut: 0,
    framesIn: 0,
    beat: (instead) => sendMessage(instead ?? heartbeat?.seal({ moved: true }) ?? new Uint8Array(0)),
    stopBeating: () => clearInterval(beating),
    hangUp: () => bleno.disconnect(tap?.connection),
  };

  function sendMessage(message: Uint8Array): void {
    if (tap === undefined || message.length === 0) return;
    for (const frame of fragment(message, tap.payload)) {
      if (tap === undefined) return;
      const sent = options.faults?.out?.(Buffer.from(frame), phone.framesOut) ?? Buffer.from(frame);
      phone.framesOut += 1;
      if (sent === "hang-up") {
        phone.hangUp();
        return;
      }
      if (sent !== "drop") tap.update(sent);
    }
  }

  function step(event: PhoneEvent): void {
    if (tap === undefined) return;
    const next = phoneTap(tap.state, event, moment());
    tap.state = next.state;
    for (const effect of next.effects) perform(effect);
  }

  function perform(effect: PhoneEffect): void {
    phone.effects.push(effect);
    options.onEffect?.(effect);
    switch (effect.type) {
      case "send":
        sendMessage(effect.message);
        return;
      case "sign":
        void sign(effect.bytes).then((signature) => step({ type: "signed", signature }));
        return;
      case "ask-consent":
        consent(effect.leastConsent);
        return;
      case "established":
        heartbeat = effect.heartbeat;
        beating = setInterval(phone.beat, options.heartbeatMs ?? 1_000);
        return;
      case "close":
        phone.hangUp();
        return;
      default:
        return;
    }
  }

  function consent(mode: "A" | "B" | "C"): void {
    const { consentMs = 0, credential, template } = options;
    if (consentMs === "never" || credential === undefined || template === undefined) return;
    setTimeout(() => {
      step({
        type: "consent",
        granted: true,
        mode,
        credential,
        template: new OpaqueTemplate(template),
        refusals: options.refusals?.() ?? [],
      });
    }, consentMs);
  }

  await bleno.waitForPoweredOnAsync();
  const write = new bleno.Characteristic({
    uuid: GATT.write,
    properties: ["write"],
    onWriteRequest(_connection, data, _offset, _withoutResponse, callback) {
      callback(bleno.Characteristic.RESULT_SUCCESS);
      const fault = options.faults?.in?.(phone.framesIn);
      phone.framesIn += 1;
      if (fault === "hang-up") {
        phone.hangUp();
        return;
      }
      const assembled = tap?.assembler.push(data, performance.now());
      if (assembled?.kind === "message") step({ type: "received", message: assembled.message });
      else if (assembled?.kind === "refused") phone.hangUp();
    },
  });
  const notify = new bleno.Characteristic({
    uuid: GATT.notify,
    properties: ["notify"],
    onSubscribe(connection, payload, update) {
      phone.framesOut = 0;
      phone.framesIn = 0;
      const { identifier, window } = options;
      const started = startPhoneTap({ ...options.errand(), randomBytes, identifier, window }, moment());
      tap = { state: started.state, connection, payload, update, assembler: new Assembler() };
      for (const effect of started.effects) perform(effect);
    },
    onUnsubscribe() {
      clearInterval(beating);
      step({ type: "closed" });
      tap = undefined;
    },
  });
  await bleno.setServicesAsync([new bleno.PrimaryService({ uuid: GATT.service, characteristics: [write, notify] })]);
  await bleno.startAdvertisingAsync("", [uuidOf(options.identifier)]);
  return phone;
}
