import { CredentialRequest, EnrolmentBegin } from "@wardkey/protocol/fleet";
import { z } from "zod";
import type { CallerCheck } from "../../platform/http/caller.js";
import { type HttpServer, parse } from "../../platform/http/server.js";
import type { Enrolments } from "../app/enrolment.js";
import { credentialAnswer, grantAnswer } from "./enrolment-answers.js";

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
    const begun = await enrolments.begin(callerOf(request).id, parse(EnrolmentBegin, request.body));
    reply.code(201);
    return grantAnswer(begun);
  });

  server.post("/v1/enrolments/:enrolment/credential", { onRequest, config }, async (request, reply) => {
    const { enrolment } = parse(EnrolmentPath, request.params);
    const issued = await enrolments.issue(callerOf(request).id, enrolment, parse(CredentialRequest, request.body));
    reply.code(201);
    return credentialAnswer(issued);
  });
}
