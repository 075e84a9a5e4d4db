import type { EnrolmentGrant, IssuedCredential } from "@wardkey/protocol/fleet";
import { Refusal } from "../../platform/http/problem.js";
import { type BeginOutcome, displayNameOf, type IssueResult } from "../app/enrolment.js";
import { OPERATOR_STATUS } from "./operator-status.js";

/** A begun enrolment as it is answered, or its refusal. */
export function grantAnswer(begun: BeginOutcome): EnrolmentGrant {
  if (!begun.ok) {
    if (begun.code === "operator-code-locked") throw new Refusal(429, begun.code, { retryAfterMs: begun.retryAfter });
    throw new Refusal(BEGIN_STATUS[begun.code], begun.code);
  }
  const { grant } = begun;
  return {
    enrolment: grant.id,
    staffId: grant.staffId,
    displayName: displayNameOf(grant),
    epoch: grant.epoch,
    templateKey: Buffer.from(grant.templateKey).toString("base64url"),
    expiresAt: grant.expiresAt,
  };
}

export function credentialAnswer(issued: IssueResult): IssuedCredential {
  if (!issued.ok) throw new Refusal(ISSUE_STATUS[issued.code], issued.code);
  return {
    credential: Buffer.from(issued.credential).toString("base64url"),
    eidKey: Buffer.from(issued.eidKey).toString("base64url"),
  };
}

type Refused<T> = Extract<T, { ok: false }>;

const BEGIN_STATUS: Readonly<Record<Exclude<Refused<BeginOutcome>["code"], "operator-code-locked">, number>> = {
  ...OPERATOR_STATUS,
  "consent-missing": 403,
  "staff-unknown": 404,
  "staff-denied": 403,
  "staff-left": 403,
  "staff-ended": 403,
  "staff-suspended": 403,
  "staff-record-required": 409,
  "name-differs": 409,
  "credential-active": 409,
  "credential-none": 409,
};

const ISSUE_STATUS: Readonly<Record<Refused<IssueResult>["code"], number>> = {
  "enrolment-unknown": 404,
  "enrolment-expired": 410,
  "enrolment-used": 409,
  "enrolment-superseded": 409,
  "holder-key-invalid": 400,
  "holder-key-known": 409,
  "template-digest-refused": 400,
};
