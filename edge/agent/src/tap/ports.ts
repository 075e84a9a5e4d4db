import type { CertificateChain, EnrolmentOffer, OpaqueTemplate, SiteTrust } from "@wardkey/protocol/credential";
import type { Refusal } from "@wardkey/protocol/tap";
import type { HolderRef, ServedLink } from "../presence/index.js";
import type { TemplateKey } from "../vision/index.js";

/** How long each step of a tap took, ms; absent where it did not get so far. */
export interface TapTimings {
  readonly connect?: number;
  readonly services?: number;
  /** From asking for notifications to the phone's whole first message. */
  readonly m1?: number;
  /** Making and writing the kiosk's message, until the phone has acknowledged its last frame. */
  readonly m2?: number;
  /** From there to the phone's whole answer, consent included. */
  readonly m3?: number;
  /** Checking that answer. */
  readonly verify?: number;
  /** From the decision until the phone has acknowledged it; after the unlock took effect. */
  readonly m4?: number;
}

/** Why no template was released. Every other `code` is one of the tap protocol's own. */
export interface TapRefused {
  readonly ok: false;
  readonly code: string;
  readonly reason: "phone-refused" | "phone-lost" | "credential-invalid" | "lease-expired" | "too-slow";
  readonly timings: TapTimings;
}

export type TapOutcome = "unlocked" | "not-matched" | "refused";

/** A phone that has proven whose it is. */
export interface PhoneSession extends ServedLink {
  readonly holder: HolderRef;
  readonly staffId: string;
  readonly displayName: string;
  readonly epoch: number;
  readonly consent: "A" | "B" | "C";
  /** Kiosks that this phone refused since it last met an honest one. */
  readonly refusals: readonly Refusal[];
  readonly timings: TapTimings;
  /** SHA-256 over the whole handshake; known once unlocked. */
  readonly transcript: Uint8Array | undefined;
  /** Tells the phone. "unlocked" keeps the link, the others close it. Never throws. */
  decide(outcome: TapOutcome): Promise<void>;
  close(): Promise<void>;
}

/** One that has released its template too: template and key are overwritten with the decision, or with the link. */
export interface TapSession extends PhoneSession {
  readonly template: OpaqueTemplate;
  readonly templateKey: TemplateKey;
}

/** A new phone whose six digits are shown. */
export interface EnrolSession {
  readonly code: string;
  /** The operator saw the same digits on both screens. */
  confirm(): Promise<
    | { readonly ok: true; readonly holderPublicKey: Uint8Array; readonly transcript: Uint8Array }
    | { readonly ok: false; readonly code: string }
  >;
  /** Hands the phone what the site issued, waits until it took it, closes. Overwrites `eidKey` and the template. */
  issue(issued: {
    readonly credential: Uint8Array;
    /** `null`: enrolled without a face. */
    readonly template: OpaqueTemplate | null;
    readonly eidKey: Uint8Array;
  }): Promise<{ readonly ok: true } | { readonly ok: false; readonly code: string }>;
  onLost(listener: (code: string) => void): () => void;
  /** Ends it; a phone that has not been given anything is refused. */
  close(): Promise<void>;
}

export interface TapRunner {
  /** One handshake with one phone, up to the template. Each wait has its deadline. Never throws for what radio or phone do. */
  tap(
    holder: HolderRef,
    signal: AbortSignal,
  ): Promise<{ readonly ok: true; readonly session: TapSession } | TapRefused>;
  /** One handshake with one phone that keeps its template and shows its key alone. */
  prove(
    holder: HolderRef,
    signal: AbortSignal,
  ): Promise<{ readonly ok: true; readonly session: PhoneSession } | TapRefused>;
  /** Waits for the phone that advertises the offer's token, until the offer ends. */
  enrol(
    offer: EnrolmentOffer,
    signal: AbortSignal,
  ): Promise<{ readonly ok: true; readonly session: EnrolSession } | TapRefused>;
}

/** The kiosk as it proves itself to phones; read at each tap, since certificate and status are renewed meanwhile. */
export interface ReaderIdentity {
  current(): {
    /** Its roots: the primary one is shown to phones that enrol. */
    readonly trust: SiteTrust;
    readonly readerChain: CertificateChain;
    readonly status: Uint8Array;
    readonly denyNotice: Uint8Array | null;
    readonly deniedHolders: ReadonlySet<string>;
  } | null;
  /** ES256, 64 raw bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}
