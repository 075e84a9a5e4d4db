import type { Instant } from "@wardkey/protocol";
import type { OpaqueTemplate, Reader, Receipt } from "@wardkey/protocol/credential";
import type { ConsentMode } from "@wardkey/protocol/phone";
import type { PhoneEffect, PhoneMotion, Refusal } from "@wardkey/protocol/tap";

export type Consent =
  | {
      readonly granted: true;
      readonly mode: "A" | "B" | "C";
      readonly credential: Uint8Array;
      /** `null`: this phone has none, or was asked for its key alone. */
      readonly template: OpaqueTemplate | null;
      readonly refusals: readonly Refusal[];
    }
  | { readonly granted: false; readonly code: string };

export type Enrolled = Extract<PhoneEffect, { type: "enrolled" }>;
export type Learned = Extract<PhoneEffect, { type: "learned" }>;

export interface TapEnd {
  readonly purpose: "unlock" | "enrol";
  readonly outcome: "unlocked" | "not-matched" | "refused" | "broken-off" | "enrolled";
  readonly code: string | null;
  readonly reader: Reader | null;
  /** Credential and template left this phone; a proof of its key is no release. */
  readonly released: boolean;
  readonly receipt: { readonly bytes: Uint8Array; readonly facts: Receipt } | null;
  /** Verified news of the site: deny list, deny epoch, time. */
  readonly news: Learned | null;
  readonly enrolled: Enrolled | null;
}

/** What a reader that has proven itself asks the owner for. */
export interface ConsentAsked {
  readonly reader: Reader;
  /** The template, or a proof of the key alone. */
  readonly request: "unlock" | "prove";
  /** The least that the reader takes: raises the owner's mode, never lowers it. */
  readonly least: ConsentMode;
}

/** What a tap needs of the wallet around it. A promise that rejects ends the tap, with the code of what it rejects with. */
export interface TapOwner {
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  /** The signal aborts when the reader goes away. */
  consent(asked: ConsentAsked, signal: AbortSignal): Promise<Consent>;
  /** Durable before it resolves: template and credential leave only then. */
  released(kiosk: string, at: Instant): Promise<void>;
  showCode(code: string): void;
  /** A session began: this reader is served until the link closes. */
  established(reader: Reader | null): void;
  /** Once, when the handshake is over. */
  finished(end: TapEnd): Promise<void>;
  /** Once, when the link is gone. */
  closed(): void;
  /** Of the phone, since the last time it was asked; steps since this owner was. */
  motion(): PhoneMotion;
}
