import type { CertificateChain } from "../credential/chain.js";
import type { Credential } from "../credential/credential.js";
import type { EnrolmentOffer } from "../credential/offer.js";
import type { UnsignedReceipt } from "../credential/receipt.js";
import type { SiteTrust } from "../credential/site-trust.js";
import type { OpaqueTemplate } from "../credential/template.js";
import type { Consent, Purpose, Refusal } from "./bodies.js";
import type { RandomBytes } from "./crypto.js";
import type { HeartbeatOpener } from "./heartbeat.js";
import type { Secured } from "./phone-types.js";
import type { TapCode } from "./results.js";

/** What a kiosk wants of a phone: to recognise its owner, or to make it somebody's. */
export type KioskErrand =
  | {
      readonly purpose: "unlock" | "prove";
      /** Whom the identifier named, from the site's table, and the epochs whose template key is at hand. */
      readonly expected: { readonly staffId: string; readonly epochs: readonly number[] };
      readonly deniedHolders: ReadonlySet<string>;
    }
  | { readonly purpose: "enrol"; readonly offer: EnrolmentOffer };

export type KioskTapInput = KioskErrand & {
  readonly randomBytes: RandomBytes;
  /** The identifier as it was advertised, and the window in which the table has it (0 for an enrolment's). */
  readonly identifier: Uint8Array;
  readonly window: number;
  readonly trust: SiteTrust;
  readonly readerChain: CertificateChain;
  /** COSE_Sign1 `ReaderStatus`. */
  readonly status: Uint8Array;
  readonly policyVersion: number;
  /** The least consent of a phone's owner that would be taken now. */
  readonly leastConsent: Consent;
  /** COSE_Sign1 `DenyNotice`, `null` when the site gave none. */
  readonly denyNotice: Uint8Array | null;
};

export type Decision = "unlocked" | "not-matched" | "refused";

export type KioskEvent =
  /** One whole message, as the Assembler gave it. */
  | { readonly type: "received"; readonly message: Uint8Array }
  | { readonly type: "signed"; readonly signature: Uint8Array }
  /** The answer to `verify-face`, and to `holder-proven`. */
  | { readonly type: "decided"; readonly outcome: Decision }
  /** The operator compared the codes on both screens. */
  | { readonly type: "codes-compared"; readonly agree: boolean }
  /** What the site and the camera made for the phone. The template is taken over: it is overwritten, and so is the key. */
  | {
      readonly type: "issued";
      readonly credential: Uint8Array;
      /** `null`: enrolled without a face. */
      readonly template: OpaqueTemplate | null;
      readonly eidKey: Uint8Array;
    }
  | { readonly type: "tick" }
  | { readonly type: "closed" };

export type KioskEffect =
  | { readonly type: "send"; readonly message: Uint8Array }
  | { readonly type: "sign"; readonly bytes: Uint8Array }
  /** Whoever matches the face overwrites the template. */
  | {
      readonly type: "verify-face";
      readonly credential: Credential;
      readonly template: OpaqueTemplate;
      readonly consent: Consent;
      readonly refusals: readonly Refusal[];
    }
  /** The owner's key was shown, and no template asked for; whoever judges the rest answers with `decided`. */
  | {
      readonly type: "holder-proven";
      readonly credential: Credential;
      readonly consent: Consent;
      readonly refusals: readonly Refusal[];
    }
  | { readonly type: "holder-key-proven"; readonly publicKey: Uint8Array; readonly transcript: Uint8Array }
  | { readonly type: "show-code"; readonly code: string }
  | { readonly type: "established"; readonly heartbeat: HeartbeatOpener; readonly transcript: Uint8Array }
  /** Exactly once in every tap. */
  | {
      readonly type: "finished";
      readonly purpose: Purpose;
      readonly outcome: Decision | "enrolled" | "broken-off";
      readonly code: TapCode | null;
      readonly staffId: string | null;
    }
  | { readonly type: "close" };

interface Waiting {
  readonly tap: KioskTapInput;
  /** Monotonic milliseconds. */
  readonly deadline: number;
}

/** M4 with everything but its signature. */
export interface PreparedConclusion {
  readonly receipt: UnsignedReceipt;
  readonly outcome: Decision | "enrolled";
  readonly issued: {
    readonly credential: Uint8Array;
    readonly template: Uint8Array | null;
    readonly eidKey: Uint8Array;
  } | null;
}

export type KioskState =
  | (Waiting & { readonly phase: "awaiting-hello" })
  | (Waiting & {
      readonly phase: "signing-answer";
      readonly secured: Secured;
      /** The transcript before M2 and up to M2's seal. */
      readonly before: Uint8Array;
      readonly commitment: Uint8Array;
      readonly ephemeralKey: Uint8Array;
      readonly covered: Uint8Array;
    })
  | (Waiting & { readonly phase: "awaiting-release"; readonly secured: Secured; readonly commitment: Uint8Array })
  | (Waiting & { readonly phase: "awaiting-decision"; readonly secured: Secured; readonly staffId: string })
  | (Waiting & { readonly phase: "awaiting-comparison"; readonly secured: Secured; readonly holderKey: Uint8Array })
  | (Waiting & { readonly phase: "awaiting-issue"; readonly secured: Secured; readonly holderKey: Uint8Array })
  | (Waiting & {
      readonly phase: "signing-receipt";
      readonly secured: Secured;
      readonly staffId: string;
      readonly prepared: PreparedConclusion;
    })
  | { readonly phase: "ended" };
