import type { KioskReport } from "@wardkey/protocol/fleet";

export type Kiosk = {
  id: string;
  name: string;
  ward: string;
  /** SubjectPublicKeyInfo, DER. */
  readerPublicKey: Uint8Array;
  enrolledAt: number;
  deniedAt: number | null;
  lastSeenAt: number | null;
  statusExpiresAt: number | null;
  report: KioskReport | null;
};

/** How a kiosk that enrols shows that it may. */
export type EnrolmentProof = { kind: "bootstrap"; tokenHash: string } | { kind: "kiosk"; tokenHash: string };

export type KeepOutcome = "kept" | "proof-refused" | "denied" | "another-key";

/** Kiosks and their tokens; of a token only the hash is kept. */
export interface DeviceStore {
  /** Spends the proof, keeps the kiosk and its new token hash in one step, or keeps nothing. */
  enrol(input: {
    proof: EnrolmentProof;
    kiosk: Pick<Kiosk, "id" | "name" | "ward" | "readerPublicKey">;
    tokenHash: string;
    at: number;
  }): Promise<KeepOutcome>;
  byToken(tokenHash: string): Promise<Kiosk | null>;
  kiosks(): Promise<Kiosk[]>;
  seen(id: string, at: number): Promise<void>;
  report(id: string, report: KioskReport): Promise<void>;
  leased(id: string, statusExpiresAt: number): Promise<void>;
  deny(id: string, at: number): Promise<boolean>;
  /** Lets the hash of a bootstrap token in, once. `spent` when it was used before. */
  offerBootstrap(tokenHash: string): Promise<"open" | "spent">;
}
