import type { GuessRecord } from "../domain/back-off.js";
import type { BadgeKind } from "../domain/secrets.js";
import type { Employment, Standing } from "../domain/standing.js";

export type Person = {
  staffId: string;
  givenName: string;
  familyName: string;
  role: string;
  wards: readonly string[];
  employment: Employment;
  /** The personnel office's number; `null` for who was enrolled without. */
  hrId: string | null;
  /** Who keeps the record: `kiosk`, `console`, or the name of an import. */
  source: string;
  createdAt: number;
  deniedAt: number | null;
  endsAt: number | null;
  leftAt: number | null;
  eraseAfter: number | null;
  erasedAt: number | null;
  suspendedAt: number | null;
  /** Why denied or suspended: a code. */
  reason: string | null;
  phoneLostAt: number | null;
  /** The newest credential. `live`: its keys are still kept. */
  credential: {
    epoch: number;
    expiresAt: number;
    kiosk: string;
    face: boolean;
    live: boolean;
    /** How good the enrolled views were, 0 to 100; `null` where nobody said. */
    quality: number | null;
  } | null;
};

export type EnrolmentPurpose = "first" | "renewal" | "replacement";

export type Grant = {
  id: string;
  kiosk: string;
  staffId: string;
  givenName: string;
  familyName: string;
  epoch: number;
  /** 32 bytes; empty for a wallet without a face, and once the grant was used. */
  templateKey: Uint8Array;
  expiresAt: number;
  usedAt: number | null;
  purpose: EnrolmentPurpose;
  /** Who supervised. */
  operator: string;
  secondOperator: string | null;
  /** Which text the person consented to. */
  consent: string | null;
  face: boolean;
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
  quality: number | null;
};

/** A wallet that kiosks may know. */
export type ActiveHolder = {
  staffId: string;
  epoch: number;
  /** The end of the credential or of the employment, whichever is first. */
  until: number;
};

/** `templateKey` is `null` for who was enrolled without a face. */
export type HolderKeys = { templateKey: Uint8Array | null; eidKey: Uint8Array };

export const holderName = ({ staffId, epoch }: { staffId: string; epoch: number }): string => `${staffId} ${epoch}`;

export type IssueOutcome = "issued" | "used" | "superseded" | "key-known";

/** Wallets' secrets (sealed at rest) and enrolments under way. */
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
  /** Ends the grant and keeps person, wallet, consent and key in one step, or keeps nothing. */
  issue(grant: Grant, wallet: IssuedWallet, liftAfter: number): Promise<IssueOutcome>;
  /** Of people in good standing whose phone is not lost; ordered by staff id. */
  activeHolders(now: number): Promise<ActiveHolder[]>;
  /** Opens what is sealed; for whose keys are gone meanwhile there is no entry. Entries are named by `holderName`. */
  holderKeys(holders: readonly ActiveHolder[]): Promise<Map<string, HolderKeys>>;
  /** Erases every key of the person and denies them. `false` when there is no such person. */
  deny(staffId: string, at: number): Promise<boolean>;
  /** Erases the keys of credentials that have ended; tells whose. */
  forgetEnded(now: number): Promise<{ staffId: string; epoch: number }[]>;
  /** Grows with each change of the people or their wallets, whichever server made it. */
  revision(): Promise<number>;
  readonly directory: DirectoryStore;
  readonly guesses: GuessStore;
  readonly secrets: SecretStore;
  readonly imports: ImportStore;
}

export type PersonFacts = Pick<
  Person,
  "givenName" | "familyName" | "role" | "wards" | "employment" | "hrId" | "source" | "endsAt"
>;

export const PEOPLE_SORTS = ["staffId", "name", "role", "ends"] as const;
export type PeopleSort = (typeof PEOPLE_SORTS)[number];

export type PeopleQuery = {
  search?: string | undefined;
  ward?: string | undefined;
  role?: string | undefined;
  standing?: Standing | undefined;
  /** By staff id unless said. */
  sort?: PeopleSort | undefined;
  order?: "up" | "down" | undefined;
  /** The staff id after which the page begins: of a listing by staff id, up. */
  after?: string | undefined;
  /** How many of the listing come before the page. */
  from?: number | undefined;
  limit: number;
};

/** One change of a person's standing, made in one step with what follows from it. */
export type StandingChange =
  | { to: "suspended"; reason: string }
  | { to: "resumed" }
  | { to: "denied"; reason: string }
  | { to: "readmitted" }
  | { to: "phone-lost" }
  | { to: "wallet-dropped" }
  | { to: "left"; eraseAfter: number };

export interface DirectoryStore {
  find(query: PeopleQuery, now: number): Promise<{ people: Person[]; next: string | null; total: number }>;
  /** With the first id of the stem that was never anybody's. `null`: the personnel number is somebody's. */
  add(facts: PersonFacts, stem: string, now: number): Promise<Person | null>;
  change(staffId: string, facts: Partial<PersonFacts>, now: number): Promise<boolean>;
  /** Applies the change, erases the keys that it ends, and says whether the deny-list must follow. */
  stand(staffId: string, change: StandingChange, at: number): Promise<boolean>;
  /** People whose employment ran out since `cut`, or whose credential lasts beyond it, and who are not yet on the deny-list. */
  endedUnbanned(now: number, cut: number): Promise<string[]>;
  /** Takes off the deny-list who was put there before `cut` and whose every credential ended before it, too. */
  dropNeedlessBans(cut: number): Promise<void>;
  wantBan(staffId: string): Promise<void>;
  /** Whose place on the deny-list is not yet what it should be. */
  bansDue(now: number): Promise<{ staffId: string; wanted: boolean }[]>;
  banApplied(staffId: string, wanted: boolean): Promise<void>;
  /** Erases who left long enough ago: names, numbers, wallets, badges, PIN, codes. Id and dates stay. */
  eraseDue(now: number): Promise<string[]>;
  hasImported(): Promise<boolean>;
}

export interface GuessStore {
  /** Charges every key or none: `judge` says what one charge does to a record. Returns what locks, or how to settle. */
  charge(
    keys: readonly string[],
    judge: (record: GuessRecord) => { ok: true; record: GuessRecord } | { ok: false; retryAfter: number },
    now: number,
  ): Promise<{ ok: true } | { ok: false; retryAfter: number }>;
  forgive(keys: readonly string[]): Promise<void>;
  /** Forgets records that have locked nobody since `before`. */
  forgetBefore(before: number): Promise<void>;
}

export type Operator = {
  /** What the personal code begins with. */
  number: number;
  staffId: string;
  secretHash: string;
  /** `null`: every ward. */
  wards: readonly string[] | null;
  appointedBy: string;
  appointedAt: number;
};

export type Badge = { digest: string; staffId: string; kind: BadgeKind; enrolledBy: string; enrolledAt: number };

export type Consent = {
  id: string;
  staffId: string;
  purpose: string;
  text: string;
  kiosk: string;
  givenTo: string;
  givenAt: number;
  withdrawnTo: string | null;
  withdrawnAt: number | null;
};

export interface SecretStore {
  operators(): Promise<Operator[]>;
  operator(number: number): Promise<Operator | null>;
  appoint(operator: Omit<Operator, "number">): Promise<number>;
  dismiss(staffId: string): Promise<boolean>;
  badge(digest: string): Promise<Badge | null>;
  badgesOf(staffId: string): Promise<Badge[]>;
  /** `false`: somebody has this badge. */
  keepBadge(badge: Badge): Promise<boolean>;
  dropBadge(staffId: string, digest: string): Promise<boolean>;
  pinHash(staffId: string): Promise<string | null>;
  keepPin(pin: { staffId: string; secretHash: string; setBy: string; setAt: number }): Promise<void>;
  /** One open code a person: an older one is dropped. */
  keepCode(code: { digest: string; staffId: string; issuedBy: string; expiresAt: number }): Promise<void>;
  /** Whose code it was; gone in the same step. `null`: nobody's, used, or too old. */
  spendCode(digest: string, now: number): Promise<string | null>;
  consentsOf(staffId: string): Promise<Consent[]>;
  withdraw(staffId: string, purpose: string, to: string, at: number): Promise<boolean>;
}

export type KnownRecord = PersonFacts & { staffId: string; leftAt: number | null; erasedAt: number | null };

export interface ImportStore {
  /** Everybody whom the plan may touch, and the revision that this is. */
  known(): Promise<{ revision: number; people: KnownRecord[] }>;
  keepPlan(plan: StoredPlan): Promise<void>;
  plan(id: string): Promise<StoredPlan | null>;
  /** Plans hold names: none stays longer than it can be applied. */
  forgetPlans(before: number): Promise<void>;
  /** All of it or nothing; `stale` when the directory changed since the plan was made. */
  apply(plan: StoredPlan, steps: ImportSteps, now: number): Promise<"applied" | "stale" | "applied-before">;
}

export type ImportSteps = {
  adds: readonly { staffId: string; facts: PersonFacts }[];
  changes: readonly { staffId: string; facts: PersonFacts }[];
  leavers: readonly string[];
  eraseAfter: number;
};

export type StoredPlan = {
  id: string;
  source: string;
  madeAt: number;
  madeBy: string;
  revision: number;
  plan: string;
  appliedAt: number | null;
};

/** Slow hashes of short secrets (Argon2id, RFC 9106), away from the event loop. */
export interface SecretHasher {
  hash(secret: string): Promise<string>;
  verify(secret: string, hash: string): Promise<boolean>;
  /** As slow as `verify`, for whoever is unknown. */
  idle(secret: string): Promise<void>;
  stop(): Promise<void>;
}

/** The deny-list of holders. Each call raises the deny epoch and tells the kiosks; calling it twice changes nothing. */
export interface HolderBans {
  ban(staffId: string): Promise<number>;
  lift(staffId: string): Promise<number>;
}

export type RecordBody = Record<string, string | number | boolean | null>;
/** The site's audit: durable once it resolves. */
export type RecordEvent = (kind: string, body: RecordBody) => Promise<void>;
