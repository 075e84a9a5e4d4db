import {
  CredentialRequest,
  type EnrolmentGrant,
  EnrolmentRequest,
  type IssuedCredential,
} from "@wardkey/protocol/fleet";
import { z } from "zod";
import type { CallerCheck } from "../../platform/http/caller.js";
import { Refusal } from "../../platform/http/problem.js";
import { type HttpServer, parse } from "../../platform/http/server.js";
import { type BeginOutcome, displayNameOf, type Enrolments, type IssueResult } from "../app/enrolment.js";

/** Codes have their own back-off; this keeps a broken kiosk from filling the disk. */
const ENROLMENTS_PER_MINUTE = 60;

const EnrolmentPath = z.strictObject({ enrolment: z.uuid() });

/** Supervised enrolment, called by the kiosk at which operator and person stand. */
export function staffRoutes(
  server: HttpServer,
  { enrolments, kiosks }: { enrolments: Enrolments; kiosks: CallerCheck<{ id: string }> },
): void {
  const { onRequest, callerOf } = kiosks;
  const config = { rateLimit: { max: ENROLMENTS_PER_MINUTE, timeWindow: "1 minute" } };

  server.post("/v1/enrolments", { onRequest, config }, async (request, reply) => {
    const begun = await enrolments.begin(callerOf(request).id, parse(EnrolmentRequest, request.body));
    if (!begun.ok) throw refusalOfBegin(begun);
    reply.code(201);
    const { grant } = begun;
    return {
      enrolment: grant.id,
      staffId: grant.staffId,
      displayName: displayNameOf(grant),
      epoch: grant.epoch,
      templateKey: Buffer.from(grant.templateKey).toString("base64url"),
      expiresAt: grant.expiresAt,
    } satisfies EnrolmentGrant;
  });

  server.post("/v1/enrolments/:enrolment/credential", { onRequest, config }, async (request, reply) => {
    const { enrolment } = parse(EnrolmentPath, request.params);
    const issued = await enrolments.issue(callerOf(request).id, enrolment, parse(CredentialRequest, request.body));
    if (!issued.ok) throw new Refusal(ISSUE_STATUS[issued.code], issued.code);
    reply.code(201);
    return {
      credential: Buffer.from(issued.credential).toString("base64url"),
      eidKey: Buffer.from(issued.eidKey).toString("base64url"),
    } satisfies IssuedCredential;
  });
}

const ISSUE_STATUS: Readonly<Record<Extract<IssueResult, { ok: false }>["code"], number>> = {
  "enrolment-unknown": 404,
  "enrolment-expired": 410,
  "enrolment-used": 409,
  "enrolment-superseded": 409,
  "holder-key-invalid": 400,
  "holder-key-known": 409,
};

function refusalOfBegin(begun: Extract<BeginOutcome, { ok: false }>): Refusal {
  switch (begun.code) {
    case "operator-code-wrong":
    case "staff-denied":
      return new Refusal(403, begun.code);
    case "operator-code-locked":
      return new Refusal(429, begun.code, { retryAfterMs: begun.retryAfter });
    case "staff-unknown":
      return new Refusal(404, begun.code);
  }
}
