import { KioskEnrolment, type KioskIdentity, KioskReport } from "@wardkey/protocol/fleet";
import { bearerToken } from "../../platform/http/bearer.js";
import { type CallerCheck, checkCaller } from "../../platform/http/caller.js";
import { Refusal } from "../../platform/http/problem.js";
import { type HttpServer, parse } from "../../platform/http/server.js";
import type { Devices, EnrolOutcome } from "../app/devices.js";
import type { Kiosk } from "../app/ports.js";

/** Tokens have 256 bits: this only keeps the disk quiet. */
const ENROLMENTS_PER_MINUTE = 60;

/** Lets through who holds the token of a kiosk that is not denied. */
export function checkKiosks(devices: Devices): CallerCheck<Kiosk> {
  return checkCaller(async (authorization) => {
    const caller = await devices.caller(bearerToken(authorization));
    if (!caller.ok) throw new Refusal(caller.code === "kiosk-denied" ? 403 : 401, caller.code);
    return caller.kiosk;
  });
}

export function deviceRoutes(
  server: HttpServer,
  { devices, kiosks }: { devices: Devices; kiosks: CallerCheck<Kiosk> },
): void {
  const { onRequest, callerOf } = kiosks;
  const config = { rateLimit: { max: ENROLMENTS_PER_MINUTE, timeWindow: "1 minute" } };

  server.post("/v1/kiosks", { config, bodyLimit: 8 * 1024 }, async (request, reply) => {
    const enrolment = parse(KioskEnrolment, request.body);
    const outcome = await devices.enrol(enrolment, bearerToken(request.headers.authorization));
    if (!outcome.ok) throw new Refusal(ENROL_STATUS[outcome.code], outcome.code);
    request.log.info({ kiosk: enrolment.id }, "kiosk enrolled");
    reply.code(201);
    return {
      site: outcome.site,
      rootCertificate: Buffer.from(outcome.rootCertificate).toString("base64url"),
      readerCertificate: Buffer.from(outcome.readerCertificate).toString("base64url"),
      kioskToken: outcome.kioskToken,
    } satisfies KioskIdentity;
  });

  server.get("/v1/kiosk/lease", { onRequest }, (request) => devices.lease(callerOf(request)));

  server.put("/v1/kiosk/reported", { onRequest, bodyLimit: 8 * 1024 }, async (request, reply) => {
    await devices.report(callerOf(request), parse(KioskReport, request.body));
    return reply.code(204).send();
  });
}

const ENROL_STATUS: Readonly<Record<Extract<EnrolOutcome, { ok: false }>["code"], number>> = {
  "bootstrap-token-refused": 401,
  "kiosk-token-refused": 401,
  "kiosk-denied": 403,
  "kiosk-already-enrolled": 409,
  "reader-key-invalid": 400,
};
