import { codeOf } from "@wardkey/protocol";
import { CertificateProfile } from "@wardkey/protocol/fleet";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { DeviceServer } from "../../platform/http/device-server.js";
import { Refusal } from "../../platform/http/problem.js";
import type { Est, EstOutcome } from "../app/est.js";

export interface EstRouteParts {
  readonly est: Est;
  crl(issuer?: string): Promise<Uint8Array | null>;
  /** For the audit: an enrolment or renewal that was refused. The device is what the caller claims to be, or `null`. */
  readonly refused?: (attempt: { device: string | null; code: string }) => void;
}

/** A request of 4 KiB in base64 with its line ends. */
const REQUEST_LIMIT = 8 * 1024;
/** RFC 7030 3.2.2: what follows the well-known address may begin with a label; here it names the profile. */
const BASES = ["/.well-known/est", "/.well-known/est/:label"] as const;
/** A device that names no label is a kiosk. */
const DEFAULT_LABEL: CertificateProfile = "kiosk";

/** EST (RFC 7030, RFC 8951) and the revocation lists, on the device listener. */
export function estRoutes(server: DeviceServer, parts: EstRouteParts): void {
  const { http } = server;
  const { est } = parts;
  http.addContentTypeParser(
    "application/pkcs10",
    { parseAs: "string", bodyLimit: REQUEST_LIMIT },
    (_request, body, done) => done(null, body),
  );
  const config = { access: "public" as const };
  const answer = (
    request: FastifyRequest,
    reply: FastifyReply,
    outcome: EstOutcome,
    device: string | null,
  ): unknown => {
    if (outcome.ok) return sendCertificates(reply, est.certificate(outcome.certificate));
    parts.refused?.({ device, code: outcome.code });
    request.log.info({ code: outcome.code, device }, ADVICE[outcome.code] ?? "a certificate was refused");
    if (outcome.retryAfterMs !== undefined)
      throw new Refusal(429, outcome.code, { retryAfterMs: outcome.retryAfterMs });
    throw refusalOf(outcome.code, reply);
  };

  for (const base of BASES) {
    http.get(
      `${base}/cacerts`,
      { config, schema: about("The site's authorities, PKCS#7 (RFC 7030 4.1)") },
      async (request, reply) => {
        labelOf(request);
        return sendCertificates(reply, est.cacerts());
      },
    );
    http.get(
      `${base}/csrattrs`,
      { config, schema: about("What a request must hold (RFC 7030 4.5)") },
      async (request, reply) => {
        labelOf(request);
        return reply
          .type("application/csrattrs")
          .header(...BASE64)
          .send(base64Lines(est.csrattrs()));
      },
    );
    const enrolling = about("A first certificate, with a ticket or, for a reader, with an identity (RFC 7030 4.2.1)");
    http.post(
      `${base}/simpleenroll`,
      { config, schema: enrolling, bodyLimit: REQUEST_LIMIT },
      async (request, reply) => {
        const label = labelOf(request);
        const asked = requestOf(request);
        if (label === "reader") {
          const reader = est.enrolReader({ peer: server.peerOf(request), request: asked });
          return answer(request, reply, await settled(reader), null);
        }
        const basic = basicOf(request.headers.authorization);
        if (basic === null) throw refusalOf("token-refused", reply);
        const outcome = await settled(est.enrol({ ...basic, profile: label, request: asked }));
        return answer(request, reply, outcome, basic.device);
      },
    );
    const renewing = about("The next certificate, with the present one (RFC 7030 4.2.2)");
    http.post(
      `${base}/simplereenroll`,
      { config, schema: renewing, bodyLimit: REQUEST_LIMIT },
      async (request, reply) => {
        const label = labelOf(request);
        const asked = { peer: server.peerOf(request), request: requestOf(request) };
        const outcome = label === "reader" ? est.enrolReader(asked) : est.renew({ ...asked, profile: label });
        return answer(request, reply, await settled(outcome), null);
      },
    );
  }
  const list = async (issuer: string | undefined, reply: FastifyReply): Promise<unknown> => {
    const found = await parts.crl(issuer);
    if (found === null) throw new Refusal(404, "not-found");
    return reply.type("application/pkix-crl").send(Buffer.from(found));
  };
  const listing = about("The revocation list, DER (RFC 5280 5)");
  http.get("/crl", { config, schema: listing }, async (_request, reply) => list(undefined, reply));
  http.get<{ Params: { issuer: string } }>("/crl/:issuer", { config, schema: listing }, async ({ params }, reply) =>
    list(params.issuer, reply),
  );
}

const about = (summary: string) => ({ tags: ["certificates"], summary });

/** What ends by itself, or by its operator's hand, is answered as "not now": the device asks again. */
async function settled(work: Promise<EstOutcome>): Promise<EstOutcome> {
  try {
    return await work;
  } catch (error) {
    const code = codeOf(error);
    if (code === "issue-queue-full") throw new Refusal(503, code, { retryAfterMs: RETRY_AFTER });
    if (code === "intermediate-expired") throw new Refusal(503, code);
    throw error;
  }
}
const RETRY_AFTER = 2_000;

const BASE64 = ["content-transfer-encoding", "base64"] as const;

const sendCertificates = (reply: FastifyReply, message: Uint8Array): unknown =>
  reply
    .type("application/pkcs7-mime; smime-type=certs-only")
    .header(...BASE64)
    .send(base64Lines(message));

/** RFC 8951 3.2 asks for base64 whatever the header says; lines of 64, which `openssl base64 -d` needs. */
const base64Lines = (der: Uint8Array): string =>
  (
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? []
  )
    .map((line) => `${line}\r\n`)
    .join("");

function labelOf(request: FastifyRequest): CertificateProfile {
  const { params } = request;
  const label = typeof params === "object" && params !== null && "label" in params ? params.label : DEFAULT_LABEL;
  const known = CertificateProfile.safeParse(label);
  if (!known.success) throw new Refusal(404, "not-found");
  return known.data;
}

/** RFC 8951 3.2: base64 without armour; white space is ignored. */
function requestOf(request: FastifyRequest): Uint8Array {
  if (typeof request.body !== "string") throw new Refusal(415, "csr-content-type");
  const text = request.body.replace(/[\r\n\t ]/g, "");
  if (text === "" || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw new Refusal(400, "csr-malformed");
  return Uint8Array.from(Buffer.from(text, "base64"));
}

/** RFC 7617: the device's id and its token. */
function basicOf(authorization: string | undefined): { device: string; token: string } | null {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]{1,256}={0,2})$/i.exec(authorization ?? "") ?? [];
  if (encoded === undefined) return null;
  const [, device, token] =
    /^([a-z0-9-]{1,63}):([A-Za-z0-9_-]{22,64})$/.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
  return device === undefined || token === undefined ? null : { device, token };
}

function refusalOf(code: string, reply: FastifyReply): Refusal {
  if (code.startsWith("csr-")) return new Refusal(400, code);
  if (code.startsWith("token-")) {
    // RFC 7030 3.2.3.
    reply.header("www-authenticate", 'Basic realm="wardkey enrolment", charset="UTF-8"');
    return new Refusal(401, code);
  }
  return new Refusal(code === "certificate-missing" ? 401 : 403, code);
}

/** What an operator reads in the log. */
const ADVICE: Readonly<Record<string, string>> = {
  "token-refused": "nobody issued this ticket, or a newer one took its place: issue another",
  "token-expired": "the ticket ended before it was used: issue another",
  "token-used":
    "the ticket was spent by another key: if that was not this device, deny it and issue a ticket that replaces it",
  "token-other-device": "the ticket is of another device or profile: check which file went to which machine",
  "csr-name": "the device asks under another name than its ticket or certificate says: check its configuration",
  "csr-weak-key": "the device asks with a key that is not P-256: see csrattrs",
  "device-denied":
    "a denied device asks for a certificate: if it was repaired or replaced, issue a ticket that replaces it",
  "certificate-denied": "a denied certificate is in use: its machine was replaced, find it",
  "certificate-expired": "this device was away for more than 30 days: issue a ticket",
  "certificate-unknown":
    "a certificate signed by this site is not in its issue log: was the database restored from an old backup?",
  "rate-limited": "this device asks for certificates in a loop: look at it",
  "device-unknown": "the registry does not know this device: add it",
};
