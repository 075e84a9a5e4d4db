import type { EnrolmentTicket } from "@wardkey/protocol/fleet";
import { certificateFor, certificateRequest, certificatesIn } from "@wardkey/protocol/fleet/est";
import type { DeviceHttps, SiteAnswer } from "./device-https.js";
import type { DeviceKey } from "./device-key.js";

const EST = "/.well-known/est";
const MAX_CERTIFICATES_BYTES = 64 * 1024;
const CSR_HEADERS = { "content-type": "application/pkcs10", "content-transfer-encoding": "base64" };

export type EstLabel = "kiosk" | "reader";

/** What came for a request: the certificate of the key, and whatever was sent along. */
export interface Enrolled {
  readonly leaf: Uint8Array;
  readonly sent: readonly Uint8Array[];
}

/** Every authority of the site, in DER (RFC 7030 4.1). What of it to believe is the trust store's to say. */
export async function fetchAuthorities(https: DeviceHttps): Promise<SiteAnswer<readonly Uint8Array[]>> {
  const answer = await https.bytes({ method: "GET", path: `${EST}/cacerts`, maxBytes: MAX_CERTIFICATES_BYTES });
  if (!answer.ok) return answer;
  const certificates = certificatesIn(textOf(answer.value.body));
  return certificates === null
    ? { ok: false, code: "est-answer-malformed", reached: true }
    : { ok: true, value: certificates };
}

/** The first certificate of a device, for the one-time token of its ticket (RFC 7030 4.2.1, 3.2.3). */
export function enrolWithTicket(
  https: DeviceHttps,
  ticket: EnrolmentTicket,
  key: DeviceKey,
): Promise<SiteAnswer<Enrolled>> {
  const authorization = `Basic ${Buffer.from(`${ticket.device}:${ticket.token}`).toString("base64")}`;
  return ask(https, { path: "kiosk/simpleenroll", device: ticket.device, key, headers: { authorization } });
}

/** The same name and key again, with the certificate that the connection shows (RFC 7030 4.2.2). */
export function renewIdentity(https: DeviceHttps, device: string, key: DeviceKey): Promise<SiteAnswer<Enrolled>> {
  return ask(https, { path: "kiosk/simplereenroll", device, key, headers: {} });
}

/** The certificate that phones see, for its own key, by right of the identity that the connection shows. */
export function enrolReader(https: DeviceHttps, device: string, key: DeviceKey): Promise<SiteAnswer<Enrolled>> {
  return ask(https, { path: "reader/simpleenroll", device, key, headers: {} });
}

async function ask(
  https: DeviceHttps,
  input: { path: string; device: string; key: DeviceKey; headers: Readonly<Record<string, string>> },
): Promise<SiteAnswer<Enrolled>> {
  const request = certificateRequest(input.device, input.key.key);
  const answer = await https.bytes({
    method: "POST",
    path: `${EST}/${input.path}`,
    headers: { ...CSR_HEADERS, ...input.headers },
    body: Buffer.from(request).toString("base64"),
    maxBytes: MAX_CERTIFICATES_BYTES,
  });
  if (!answer.ok) return answer;
  const sent = certificatesIn(textOf(answer.value.body));
  const leaf = certificateFor(sent ?? [], input.key.key);
  return sent === null || leaf === undefined
    ? { ok: false, code: "est-answer-malformed", reached: true }
    : { ok: true, value: { leaf, sent } };
}

const textOf = (body: Uint8Array): string => Buffer.from(body).toString("latin1");
