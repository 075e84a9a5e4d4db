import { type Instant, instant, minutes, WardkeyError } from "@wardkey/protocol";
import type { Credential } from "@wardkey/protocol/credential";
import type { CredentialRequest, EnrolmentRequest } from "@wardkey/protocol/fleet";
import { type GuessOutcome, judgeGuess } from "../domain/back-off.js";
import { freeStaffId, staffIdStem } from "../domain/staff-id.js";
import type { Grant, StaffStore } from "./ports.js";

const GRANT_LIFE = minutes(2);
const SECRET_BYTES = 32;

export type EnrolmentParts = {
  store: StaffStore;
  now(): Instant;
  randomBytes(size: number): Uint8Array;
  newId(): string;
  isOperatorCode(code: string): boolean;
  /** How long a credential lives. */
  validity(now: Instant): { issuedAt: Instant; expiresAt: Instant };
  signCredential(credential: Omit<Credential, "site">): Promise<Uint8Array>;
  isHolderKey(spki: Uint8Array): boolean;
};

export type BeginOutcome =
  | { ok: true; grant: Grant }
  | { ok: false; code: "operator-code-wrong" }
  | { ok: false; code: "operator-code-locked"; retryAfter: number }
  | { ok: false; code: "staff-unknown" | "staff-denied" };

export type IssueResult =
  | { ok: true; credential: Uint8Array; eidKey: Uint8Array }
  | {
      ok: false;
      code:
        | "enrolment-unknown"
        | "enrolment-expired"
        | "enrolment-used"
        | "enrolment-superseded"
        | "holder-key-invalid"
        | "holder-key-known";
    };

export interface Enrolments {
  /** Operator and person stand at `kiosk`: a grant of two minutes for one credential. */
  begin(kiosk: string, request: EnrolmentRequest): Promise<BeginOutcome>;
  /** Binds person, phone and template. Only a public key and a digest arrive here. */
  issue(kiosk: string, enrolment: string, request: CredentialRequest): Promise<IssueResult>;
}

type Whose =
  | {
      ok: true;
      id: { staffId: string } | { stem: string; choose(taken: ReadonlySet<string>): string };
      facts: { epoch: number; givenName: string; familyName: string };
    }
  | { ok: false; code: "staff-unknown" | "staff-denied" };

/** What a kiosk greets with and a phone shows. */
export const displayNameOf = ({ givenName }: { givenName: string }): string => givenName;

export function createEnrolments(parts: EnrolmentParts): Enrolments {
  const { store, now, randomBytes } = parts;
  const whose = async ({ staffId, givenName, familyName }: EnrolmentRequest): Promise<Whose> => {
    if (staffId === undefined) {
      const stem = staffIdStem(givenName, familyName);
      const newcomer = { stem, choose: (taken: ReadonlySet<string>) => freeStaffId(stem, taken) };
      return { ok: true, id: newcomer, facts: { epoch: 1, givenName, familyName } };
    }
    const person = await store.person(staffId);
    if (person === null) return { ok: false, code: "staff-unknown" };
    if (person.deniedAt !== null) return { ok: false, code: "staff-denied" };
    const epoch = (person.credential?.epoch ?? 0) + 1;
    return {
      ok: true,
      id: { staffId: person.staffId },
      facts: { epoch, givenName: person.givenName, familyName: person.familyName },
    };
  };
  return {
    async begin(kiosk, request) {
      const right = parts.isOperatorCode(request.operatorCode);
      const guess = await store.guess<GuessOutcome>(kiosk, (record) => {
        const { record: next, ...outcome } = judgeGuess(record, { right, now: now() });
        return { record: next, outcome };
      });
      switch (guess.outcome) {
        case "wrong":
          return { ok: false, code: "operator-code-wrong" };
        case "locked":
          return { ok: false, code: "operator-code-locked", retryAfter: guess.retryAfter };
        case "right":
          break;
      }
      const person = await whose(request);
      if (!person.ok) return person;
      const at = now();
      const grant = await store.openGrant(
        {
          ...person.facts,
          id: parts.newId(),
          kiosk,
          templateKey: randomBytes(SECRET_BYTES),
          expiresAt: at + GRANT_LIFE,
          usedAt: null,
        },
        person.id,
        at,
      );
      return { ok: true, grant };
    },
    async issue(kiosk, enrolment, request) {
      const grant = await store.grant(enrolment);
      // Another kiosk's enrolment does not exist for this one.
      if (grant === null || grant.kiosk !== kiosk) return { ok: false, code: "enrolment-unknown" };
      if (grant.usedAt !== null) return { ok: false, code: "enrolment-used" };
      const at = now();
      if (at >= grant.expiresAt) return { ok: false, code: "enrolment-expired" };
      const holderPublicKey = bytesOf(request.holderPublicKey);
      if (!parts.isHolderKey(holderPublicKey)) return { ok: false, code: "holder-key-invalid" };
      const templateDigest = bytesOf(request.templateDigest);
      const { issuedAt, expiresAt } = parts.validity(at);
      const credential = await parts.signCredential({
        staffId: grant.staffId,
        name: displayNameOf(grant),
        holderKey: holderPublicKey,
        templateDigest,
        epoch: grant.epoch,
        issuedAt,
        expiresAt,
      });
      const eidKey = randomBytes(SECRET_BYTES);
      const outcome = await store.issue(grant, {
        staffId: grant.staffId,
        epoch: grant.epoch,
        holderPublicKey,
        templateDigest,
        transcript: bytesOf(request.transcript),
        credential,
        eidKey,
        kiosk,
        issuedAt: at,
        expiresAt: instant(expiresAt),
      });
      switch (outcome) {
        case "issued":
          return { ok: true, credential, eidKey };
        case "used":
          return { ok: false, code: "enrolment-used" };
        case "superseded":
          return { ok: false, code: "enrolment-superseded" };
        case "key-known":
          return { ok: false, code: "holder-key-known" };
      }
    },
  };
}

function bytesOf(base64url: string): Uint8Array {
  const bytes = Buffer.from(base64url, "base64url");
  if (bytes.toString("base64url") !== base64url) throw new WardkeyError("malformed", "not canonical base64url");
  return bytes;
}
