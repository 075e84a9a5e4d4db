import { sign as signNow } from "node:crypto";
import { enrolmentIdentifier } from "../../credential/identifiers.js";
import { assertNever } from "../../errors.js";
import { type Instant, instant } from "../../units.js";
import { kioskTap, startKioskTap } from "../kiosk.js";
import type { KioskEffect, KioskEvent, KioskState, KioskTapInput } from "../kiosk-types.js";
import type { Moment } from "../machine.js";
import { phoneTap, startPhoneTap } from "../phone.js";
import type { PhoneEffect, PhoneEvent, PhoneMemory, PhoneState, PhoneTapInput } from "../phone-types.js";
import type { KeyPair } from "./certificates.js";
import { EPOCH, KEYS, NOW, type RehearsalSite, STAFF, seededBytes, syntheticTemplate, WINDOW } from "./site.js";

export type Side = "phone" | "kiosk";

/** A message on its way. What stands in the middle may change it, drop it (`null`) or leave it. */
export type Middle = (message: Uint8Array, from: Side, index: number) => Uint8Array | null;

export interface Script {
  readonly site: RehearsalSite;
  readonly purpose: "unlock" | "enrol" | "prove";
  readonly phone?: Partial<PhoneTapInput>;
  readonly kiosk?: Partial<KioskTapInput>;
  readonly memory?: Partial<PhoneMemory>;
  readonly phoneNow?: Instant;
  readonly kioskNow?: Instant;
  readonly walletKeys?: KeyPair;
  readonly readerKeys?: KeyPair;
  readonly seed?: string;
  readonly middle?: Middle;
  /** Answers in place of the owner, the matcher, the operator and the site. `null` leaves the tap waiting. */
  readonly onConsent?: () => PhoneEvent | null;
  readonly onFace?: () => KioskEvent | null;
  readonly onCode?: () => readonly KioskEvent[];
  /** Answers a signature; a vector replays recorded ones. */
  readonly sign?: (bytes: Uint8Array, side: Side) => Uint8Array;
}

export interface Played {
  readonly sent: readonly { readonly from: Side; readonly message: Uint8Array }[];
  readonly phoneEffects: readonly PhoneEffect[];
  readonly kioskEffects: readonly KioskEffect[];
  readonly phone: PhoneState;
  readonly kiosk: KioskState;
}

const momentOf = (now: Instant): Moment => ({ now, monotonic: 1_000 });

/** Plays both sides of a tap against each other, each effect answered at once. */
export function rehearse(script: Script): Played {
  const { site } = script;
  const seed = script.seed ?? "rehearsal";
  const phoneAt = momentOf(script.phoneNow ?? NOW);
  const kioskAt = momentOf(script.kioskNow ?? NOW);
  const sent: { from: Side; message: Uint8Array }[] = [];
  const phoneEffects: PhoneEffect[] = [];
  const kioskEffects: KioskEffect[] = [];
  const queue: (() => void)[] = [];

  const deliver = (from: Side, message: Uint8Array): void => {
    const index = sent.length;
    sent.push({ from, message });
    const arrived = script.middle === undefined ? message : script.middle(message, from, index);
    if (arrived === null) return;
    queue.push(() => {
      if (from === "phone") tellKiosk({ type: "received", message: arrived });
      else tellPhone({ type: "received", message: arrived });
    });
  };
  const tellPhone = (event: PhoneEvent): void => {
    const step = phoneTap(phone, event, phoneAt);
    phone = step.state;
    step.effects.forEach(performPhone);
  };
  const tellKiosk = (event: KioskEvent): void => {
    const step = kioskTap(kiosk, event, kioskAt);
    kiosk = step.state;
    step.effects.forEach(performKiosk);
  };
  const signature = (bytes: Uint8Array, side: Side): Uint8Array => {
    if (script.sign !== undefined) return script.sign(bytes, side);
    const keys = side === "phone" ? (script.walletKeys ?? KEYS.wallet) : (script.readerKeys ?? KEYS.reader);
    return Uint8Array.from(signNow("sha256", bytes, { key: keys.privateKey, dsaEncoding: "ieee-p1363" }));
  };
  const performPhone = (effect: PhoneEffect): void => {
    phoneEffects.push(effect);
    if (effect.type === "send") deliver("phone", effect.message);
    if (effect.type === "sign") {
      const signed = signature(effect.bytes, "phone");
      queue.push(() => tellPhone({ type: "signed", signature: signed }));
    }
    if (effect.type === "ask-consent") {
      const answer = script.onConsent === undefined ? grantedConsent(site) : script.onConsent();
      if (answer !== null) queue.push(() => tellPhone(answer));
    }
  };
  const performKiosk = (effect: KioskEffect): void => {
    kioskEffects.push(effect);
    switch (effect.type) {
      case "send":
        deliver("kiosk", effect.message);
        return;
      case "sign": {
        const signed = signature(effect.bytes, "kiosk");
        queue.push(() => tellKiosk({ type: "signed", signature: signed }));
        return;
      }
      case "holder-proven":
      case "verify-face": {
        const answer: KioskEvent | null =
          script.onFace === undefined ? { type: "decided", outcome: "unlocked" } : script.onFace();
        if (answer !== null) queue.push(() => tellKiosk(answer));
        return;
      }
      case "show-code": {
        const events = script.onCode === undefined ? issuedTo(site) : script.onCode();
        for (const event of events) queue.push(() => tellKiosk(event));
        return;
      }
      case "holder-key-proven":
      case "established":
      case "finished":
      case "close":
        return;
      default:
        assertNever(effect);
    }
  };

  const kioskStart = startKioskTap(kioskInput(script, seed), kioskAt);
  let kiosk = kioskStart.state;
  const phoneStart = startPhoneTap(phoneInput(script, seed), phoneAt);
  let phone = phoneStart.state;
  phoneStart.effects.forEach(performPhone);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) next();
  return { sent, phoneEffects, kioskEffects, phone, kiosk };
}

/** The owner agrees, hands-free, and the vault opens. */
export function grantedConsent(site: RehearsalSite): PhoneEvent {
  return {
    type: "consent",
    granted: true,
    mode: "A",
    credential: site.credential,
    template: syntheticTemplate(),
    refusals: [{ kiosk: null, code: "certificate-untrusted", at: instant(NOW - 60_000) }],
  };
}

/** The operator sees the codes agree; the site issues. */
export function issuedTo(site: RehearsalSite): readonly KioskEvent[] {
  return [
    { type: "codes-compared", agree: true },
    { type: "issued", credential: site.credential, template: syntheticTemplate(), eidKey: site.eidKey.slice() },
  ];
}

export function phoneInput(script: Script, seed: string): PhoneTapInput {
  const { site } = script;
  const memory: PhoneMemory = {
    highestDenyEpoch: 4,
    deniedKiosks: new Set(),
    latestTime: instant(0),
    releases: [],
    ...script.memory,
  };
  const randomBytes = seededBytes(`${seed} phone`);
  const base: PhoneTapInput =
    script.purpose !== "enrol"
      ? { purpose: "unlock", trust: site.trust, memory, randomBytes, identifier: site.identifier, window: WINDOW }
      : {
          purpose: "enrol",
          offer: site.offer,
          holderKey: KEYS.wallet.publicKey,
          randomBytes,
          identifier: enrolmentIdentifier(site.offer.token),
          window: 0,
        };
  return { ...base, ...script.phone } as PhoneTapInput;
}

export function kioskInput(script: Script, seed: string): KioskTapInput {
  const { site } = script;
  const common = {
    randomBytes: seededBytes(`${seed} kiosk`),
    trust: site.trust,
    readerChain: [site.readerCertificate],
    status: site.status,
    policyVersion: 7,
    leastConsent: "A" as const,
    denyNotice: site.denyNotice,
  };
  const base: KioskTapInput =
    script.purpose !== "enrol"
      ? {
          ...common,
          purpose: script.purpose,
          expected: { staffId: STAFF, epochs: [EPOCH] },
          deniedHolders: new Set(),
          identifier: site.identifier,
          window: WINDOW,
        }
      : {
          ...common,
          purpose: "enrol",
          offer: site.offer,
          identifier: enrolmentIdentifier(site.offer.token),
          window: 0,
        };
  return { ...base, ...script.kiosk } as KioskTapInput;
}
