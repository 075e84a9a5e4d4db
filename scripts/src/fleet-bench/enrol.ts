import { generateKeyPairSync } from "node:crypto";
import { Agent, request } from "node:https";
import { WardkeyError } from "@wardkey/protocol";
import { parseCertificate } from "@wardkey/protocol/credential";
import type { EnrolmentTicket } from "@wardkey/protocol/fleet";
import { certificateFor, certificateRequest, certificatesIn } from "@wardkey/protocol/fleet/est";
import { pemOf } from "../m2m/site-https.js";
import type { SwarmDevice } from "./swarm-messages.js";

const AT_ONCE = 16;
const DEADLINE_MS = 20_000;

/**
 * Enrols every ticket's device over EST, as kiosks would behind one address: 16 connections, each kept. The requests are
 * made before the clock starts: on a real site every kiosk makes its own.
 */
export async function enrolAll(
  tickets: readonly EnrolmentTicket[],
  root: string,
): Promise<{ devices: SwarmDevice[]; seconds: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE, ca: root });
  const asked = tickets.map((ticket) => {
    const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    return { ticket, key, body: Buffer.from(certificateRequest(ticket.device, key)).toString("base64") };
  });
  const first = tickets[0];
  if (first === undefined) return { devices: [], seconds: 0 };
  const authorities = certificatesIn(await call(agent, `${first.deviceUrl}/.well-known/est/cacerts`, {})) ?? [];
  const intermediates = authorities.filter((der) => {
    const parsed = parseCertificate(der);
    return parsed !== undefined && Buffer.compare(parsed.subject, parsed.issuer) !== 0;
  });
  const chain = intermediates.map(pemOf).join("");
  const answers = new Map<string, string>();
  const waiting = [...asked];
  const from = performance.now();
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { ticket, body } = next;
      const authorization = `Basic ${Buffer.from(`${ticket.device}:${ticket.token}`).toString("base64")}`;
      const url = `${ticket.deviceUrl}/.well-known/est/kiosk/simpleenroll`;
      answers.set(ticket.device, await call(agent, url, { authorization }, body));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const seconds = (performance.now() - from) / 1_000;
  agent.destroy();
  const devices = asked.map(({ ticket, key }) => {
    const leaf = certificateFor(certificatesIn(answers.get(ticket.device) ?? "") ?? [], key);
    if (leaf === undefined) throw new WardkeyError("enrolment-refused", `no certificate came for ${ticket.device}`);
    const pem = key.export({ format: "pem", type: "pkcs8" }).toString();
    return { id: ticket.device, key: pem, cert: pemOf(leaf) + chain };
  });
  return { devices, seconds };
}

function call(agent: Agent, url: string, headers: Record<string, string>, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        agent,
        method: body === undefined ? "GET" : "POST",
        signal: AbortSignal.timeout(DEADLINE_MS),
        headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/pkcs10" }) },
      },
      (answer) => {
        let text = "";
        answer.setEncoding("latin1").on("data", (part: string) => {
          text += part;
        });
        answer.on("end", () =>
          answer.statusCode === 200 ? resolve(text) : reject(new WardkeyError("enrolment-refused", text.slice(0, 200))),
        );
        answer.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
