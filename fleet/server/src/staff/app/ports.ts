import type { GuessRecord } from "../domain/back-off.js";

export type Person = {
  staffId: string;
  givenName: string;
  familyName: string;
  role: string;
  deniedAt: number | null;
  /** The newest credential. */
  credential: { epoch: number; expiresAt: number; kiosk: string } | null;
};

export type Grant = {
  id: string;
  kiosk: string;
  staffId: string;
  givenName: string;
  familyName: string;
  epoch: number;
  templateKey: Uint8Array;
  expiresAt: number;
  usedAt: number | null;
};

export type IssuedWallet = {
  staffId: string;
  epoch: number;
  holderPublicKey: Uint8Array;
  templateDigest: Uint8Array;
  transcript: Uint8Array;
  credential: Uint8Array;
  eidKey: Uint8Array;
  kiosk: string;
  issuedAt: number;
  expiresAt: number;
};

/** A wallet that kiosks may know: its person is not denied and its credential has not ended. */
export type ActiveHolder = { staffId: string; epoch: number; templateKey: Uint8Array; eidKey: Uint8Array };

export type IssueOutcome = "issued" | "used" | "superseded" | "key-known";

/** People, their wallets' secrets (sealed at rest) and enrolments under way. */
export interface StaffStore {
  people(): Promise<Person[]>;
  person(staffId: string): Promise<Person | null>;
  /**
   * Keeps a grant and drops the open ones of the same person and all that have ended. A newcomer's id comes from
   * `choose`, which sees the ids of all people and open enrolments that begin with `stem`: read and kept in one step, so
   * that two newcomers of one name never share an id.
   */
  openGrant(
    grant: Omit<Grant, "staffId">,
    whose: { staffId: string } | { stem: string; choose(taken: ReadonlySet<string>): string },
    now: number,
  ): Promise<Grant>;
  grant(id: string): Promise<Grant | null>;
  /** Ends the grant and keeps person, wallet and key in one step, or keeps nothing. */
  issue(grant: Grant, wallet: IssuedWallet): Promise<IssueOutcome>;
  activeHolders(now: number): Promise<ActiveHolder[]>;
  /** Erases every key of the person. `false` when there is no such person. */
  deny(staffId: string, at: number): Promise<boolean>;
  /** Reads, judges and keeps in one step, so that guesses sent together are counted one by one. */
  guess<Outcome>(
    kiosk: string,
    judge: (record: GuessRecord) => { record: GuessRecord; outcome: Outcome },
  ): Promise<Outcome>;
  /** How often the table of holders changed since this store opened. */
  revision(): number;
}
