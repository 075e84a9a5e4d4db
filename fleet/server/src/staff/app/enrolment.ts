import { createHash } from "node:crypto";
import { type Duration, type Instant, instant, minutes, seconds, WardkeyError } from "@wardkey/protocol";
import type { Credential } from "@wardkey/protocol/credential";
import type { CredentialRequest } from "@wardkey/protocol/fleet";
import type { Operators } from "./operators.js";
import type { Grant, RecordEvent, StaffStore } from "./ports.js";
import { type SupervisionRefusal, supervise } from "./supervision.js";
import { type EnrolmentWish, type WishRefusal, whoseEnrolment } from "./whose-enrolment.js";

const GRANT_LIFE = minutes(2);
const SECRET_BYTES = 32;
/** Until the kiosks have the table without the old phone, the deny-list keeps it out. */
const LIFT_DELAY: Duration = seconds(10);
/** What the credential of a wallet without a face binds: SHA-256 of nothing. */
export const NO_TEMPLATE_DIGEST = createHash("sha256").digest("base64url");

export type EnrolmentRules = {
  /** A second operator confirms each enrolment with their own code. */
  secondOperator: boolean;
  /** The consent text in force; an enrolment with a face must name it. `null`: consent is kept elsewhere. */
  consentText: string | null;
};

export type EnrolmentParts = {
  store: StaffStore;
  operators: Operators;
  now(): Instant;
  randomBytes(size: number): Uint8Array;
  newId(): string;
  /** How long a credential lives. */
  validity(now: Instant): { issuedAt: Instant; expiresAt: Instant };
  signCredential(credential: Omit<Credential, "site">): Promise<Uint8Array>;
  isHolderKey(spki: Uint8Array): boolean;
  wardOf(kiosk: string): Promise<string | null>;
  rules: EnrolmentRules;
  record: RecordEvent;
  /** People or wallets changed. */
  changed(): void;
};

export type BeginRefusal = WishRefusal | SupervisionRefusal | "consent-missing";

export type BeginOutcome =
  | { ok: true; grant: Grant }
  | { ok: false; code: BeginRefusal }
  | { ok: false; code: "operator-code-locked"; retryAfter: number };

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
        | "holder-key-known"
        | "template-digest-refused";
    };

export interface Enrolments {
  /** Operator and person stand at `kiosk`: a grant of two minutes for one credential. */
  begin(kiosk: string, request: EnrolmentWish): Promise<BeginOutcome>;
  /** Binds person, phone and template. Only a public key and a digest arrive here. */
  issue(kiosk: string, enrolment: string, request: CredentialRequest): Promise<IssueResult>;
}

/** What a kiosk greets with and a phone shows. */
export const displayNameOf = ({ givenName }: { givenName: string }): string => givenName;

export function createEnrolments(parts: EnrolmentParts): Enrolments {
  const { store, now, randomBytes, record } = parts;
  const consents = ({ way, consent }: EnrolmentWish): boolean =>
    way === "phone-pin" || parts.rules.consentText === null || consent === parts.rules.consentText;
  return {
    async begin(kiosk, request) {
      const supervised = await supervise(kiosk, request, {
        operators: parts.operators,
        secondOperator: parts.rules.secondOperator,
      });
      const refuse = async (code: BeginRefusal, operator: string | null): Promise<BeginOutcome> => {
        await record("enrolment.refused", { kiosk, by: operator, staffId: request.staffId ?? null, reason: code });
        return { ok: false, code };
      };
      if (!supervised.ok) {
        if (supervised.code === "operator-code-locked") return supervised;
        return refuse(supervised.code, supervised.operator);
      }
      const { operator, second } = supervised;
      if (!consents(request)) return refuse("consent-missing", operator.id);
      const whose = await whoseEnrolment(request, {
        kiosk,
        supervisors: second === null ? [operator] : [operator, second],
        person: (staffId) => store.person(staffId),
        hasImported: () => store.directory.hasImported(),
        wardOf: parts.wardOf,
        now: now(),
      });
      if (!whose.ok) return refuse(whose.code, operator.id);
      const face = request.way !== "phone-pin";
      const at = now();
      const grant = await store.openGrant(
        {
          ...whose.facts,
          id: parts.newId(),
          kiosk,
          templateKey: face ? randomBytes(SECRET_BYTES) : new Uint8Array(),
          expiresAt: at + GRANT_LIFE,
          usedAt: null,
          purpose: whose.purpose,
          operator: operator.id,
          secondOperator: second?.id ?? null,
          consent: request.consent ?? null,
          face,
        },
        whose.id,
        at,
      );
      await record("enrolment.begun", { ...named(grant), purpose: grant.purpose });
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
      // Without a face no template may ride along, and with one there must be one.
      if (grant.face === (request.templateDigest === NO_TEMPLATE_DIGEST)) {
        return { ok: false, code: "template-digest-refused" };
      }
      const person = await store.person(grant.staffId);
      const { issuedAt, expiresAt } = parts.validity(at);
      // Nobody's credential outlives their employment, also at a kiosk without network.
      const ends = instant(Math.min(expiresAt, person?.endsAt ?? expiresAt));
      if (ends <= at) return { ok: false, code: "enrolment-superseded" };
      const credential = await parts.signCredential({
        staffId: grant.staffId,
        name: displayNameOf(grant),
        holderKey: holderPublicKey,
        templateDigest,
        epoch: grant.epoch,
        issuedAt,
        expiresAt: ends,
      });
      const eidKey = randomBytes(SECRET_BYTES);
      // Told before it takes effect: an audit that fails leaves nobody with a credential that it does not know.
      await record("credential.issued", { ...named(grant), epoch: grant.epoch, purpose: grant.purpose });
      if (grant.consent !== null && grant.face) {
        await record("consent.given", { staffId: grant.staffId, by: grant.operator, purpose: "face" });
      }
      const outcome = await store.issue(
        grant,
        {
          staffId: grant.staffId,
          epoch: grant.epoch,
          holderPublicKey,
          templateDigest,
          transcript: bytesOf(request.transcript),
          credential,
          eidKey,
          kiosk,
          issuedAt: at,
          expiresAt: ends,
          quality: grant.face ? (request.quality ?? null) : null,
        },
        at + LIFT_DELAY,
      );
      if (outcome === "issued") {
        parts.changed();
        return { ok: true, credential, eidKey };
      }
      const code = NOT_ISSUED[outcome];
      await record("enrolment.refused", { kiosk, by: grant.operator, staffId: grant.staffId, reason: code });
      return { ok: false, code };
    },
  };
}

const NOT_ISSUED = {
  used: "enrolment-used",
  superseded: "enrolment-superseded",
  "key-known": "holder-key-known",
} as const;

const named = ({ staffId, kiosk, operator, secondOperator }: Grant) => ({
  staffId,
  kiosk,
  by: operator,
  second: secondOperator,
});

function bytesOf(base64url: string): Uint8Array {
  const bytes = Buffer.from(base64url, "base64url");
  if (bytes.toString("base64url") !== base64url) throw new WardkeyError("malformed", "not canonical base64url");
  return bytes;
}
