import type { Credential } from "../credential/credential.js";
import type { EnrolmentOffer } from "../credential/offer.js";
import type { Receipt } from "../credential/receipt.js";
import type { Reader, SiteTrust } from "../credential/site-trust.js";
import type { OpaqueTemplate } from "../credential/template.js";
import type { Instant } from "../units.js";
import type { Consent, Purpose, Refusal, Request } from "./bodies.js";
import type { EphemeralKey, RandomBytes } from "./crypto.js";
import type { HeartbeatSealer } from "./heartbeat.js";
import type { QuotaLimits, ReleaseMade } from "./quota.js";
import type { TapCode } from "./results.js";

/** What a phone remembers from tap to tap. */
export interface PhoneMemory {
  /** The highest deny epoch that the site was ever seen to sign. */
  readonly highestDenyEpoch: number;
  readonly deniedKiosks: ReadonlySet<string>;
  /** The latest time that the site was seen to sign: a clock turned back extends nothing. 0 at first. */
  readonly latestTime: Instant;
  readonly releases: readonly ReleaseMade[];
  readonly limits?: QuotaLimits;
}

/** A phone that lets itself be recognised, or one that becomes somebody's. */
export type PhoneErrand =
  | { readonly purpose: "unlock"; readonly trust: SiteTrust; readonly memory: PhoneMemory }
  | {
      readonly purpose: "enrol";
      readonly offer: EnrolmentOffer;
      /** SPKI of the key made for this enrolment: `sign` effects are for it. */
      readonly holderKey: Uint8Array;
    };

export type PhoneTapInput = PhoneErrand & {
  readonly randomBytes: RandomBytes;
  /** The identifier that was in the air when the central connected, and its window (0 for an enrolment's). */
  readonly identifier: Uint8Array;
  readonly window: number;
};

export type PhoneEvent =
  /** One whole message, as the Assembler gave it. */
  | { readonly type: "received"; readonly message: Uint8Array }
  /**
   * The owner's answer. Identity enters the machine here, after every check. The template is taken over: it is overwritten.
   * `null`: the phone has none, or was asked to prove its key alone.
   */
  | {
      readonly type: "consent";
      readonly granted: true;
      readonly mode: Consent;
      readonly credential: Uint8Array;
      readonly template: OpaqueTemplate | null;
      readonly refusals: readonly Refusal[];
    }
  | { readonly type: "consent"; readonly granted: false }
  | { readonly type: "signed"; readonly signature: Uint8Array }
  /** Time passed: deadlines are checked. */
  | { readonly type: "tick" }
  /** The link is gone. */
  | { readonly type: "closed" };

export type PhoneEffect =
  | { readonly type: "send"; readonly message: Uint8Array }
  | { readonly type: "sign"; readonly bytes: Uint8Array }
  | {
      readonly type: "ask-consent";
      readonly reader: Reader;
      readonly purpose: "unlock" | "prove";
      readonly policyVersion: number;
      /** Raises the owner's mode, never lowers it. */
      readonly leastConsent: Consent;
    }
  /**
   * To be durable before the `send` that follows: the quota counts it even if the send fails. `template`: it leaves too, and
   * not the credential alone.
   */
  | { readonly type: "released"; readonly kiosk: string; readonly at: Instant; readonly template: boolean }
  | { readonly type: "show-code"; readonly code: string }
  /** Signed by the site: raise the epoch and the time, replace the list of denied kiosks when there is one. */
  | {
      readonly type: "learned";
      readonly denyEpoch: number;
      readonly deniedKiosks: readonly string[] | null;
      readonly time: Instant;
    }
  | { readonly type: "store-receipt"; readonly receipt: Uint8Array; readonly facts: Receipt }
  | {
      readonly type: "enrolled";
      readonly trust: SiteTrust;
      readonly credentialBytes: Uint8Array;
      readonly credential: Credential;
      /** `null`: enrolled without a face. */
      readonly template: OpaqueTemplate | null;
      readonly eidKey: Uint8Array;
    }
  | { readonly type: "established"; readonly heartbeat: HeartbeatSealer }
  /** Exactly once in every tap. */
  | {
      readonly type: "finished";
      readonly purpose: Purpose;
      readonly outcome: "unlocked" | "not-matched" | "refused" | "broken-off" | "enrolled";
      readonly code: TapCode | null;
      /** `null` when the other side proved nothing. */
      readonly reader: Reader | null;
      readonly released: boolean;
      readonly receipt: boolean;
    }
  /** Drop the link. Not asked for when a session was established. */
  | { readonly type: "close" };

/** A kiosk that has proven itself to this phone. */
export interface ProvenReader {
  readonly reader: Reader;
  readonly trust: SiteTrust;
  readonly denyEpoch: number;
  readonly policyVersion: number;
  readonly request: Request;
  readonly leastConsent: Consent;
}

/** The secret of the link and all that was said on it. */
export interface Secured {
  readonly shared: Uint8Array;
  readonly transcript: Uint8Array;
}

interface Waiting {
  readonly errand: PhoneErrand;
  /** Monotonic milliseconds. */
  readonly deadline: number;
}

export type PhoneState =
  | (Waiting & {
      readonly phase: "awaiting-answer";
      readonly ephemeral: EphemeralKey;
      readonly nonce: Uint8Array;
      readonly transcript: Uint8Array;
    })
  | (Waiting & {
      readonly phase: "awaiting-consent";
      readonly proven: ProvenReader;
      readonly secured: Secured;
      readonly nonce: Uint8Array;
    })
  | (Waiting & {
      readonly phase: "awaiting-signature";
      readonly proven: ProvenReader;
      readonly secured: Secured;
      /** The encoded M3 body, with the template in it until it is sealed. */
      readonly covered: Uint8Array;
      readonly staffId: string | null;
      readonly code: string | null;
    })
  | (Waiting & {
      readonly phase: "awaiting-conclusion";
      readonly proven: ProvenReader;
      readonly secured: Secured;
      readonly staffId: string | null;
    })
  | { readonly phase: "ended" };
