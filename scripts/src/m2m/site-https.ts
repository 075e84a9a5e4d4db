import { request } from "node:https";
import { WardkeyError } from "@wardkey/protocol";

export interface ClientIdentity {
  readonly key: string;
  /** PEM, leaf first. */
  readonly certificates: string;
}

export interface HttpsAnswer {
  readonly status: number;
  readonly body: string;
}

const DEADLINE_MS = 10_000;
const MOST_BYTES = 256 * 1024;

/**
 * One call of the fleet's device listener. `roots`: PEM of what the machine trusts; `null` only to fetch the roots
 * themselves, whose digest its ticket has. Throws `fleet-unreachable`.
 */
export function callFleet(call: {
  url: string;
  method?: "GET" | "POST";
  roots: readonly string[] | null;
  identity?: ClientIdentity;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}): Promise<HttpsAnswer> {
  const { url, method = "GET", roots, identity, headers = {}, body } = call;
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(new WardkeyError("fleet-unreachable", `${url} cannot be reached`, { cause }));
    const asked = request(
      url,
      {
        ...{ method, agent: false, minVersion: "TLSv1.3", signal: AbortSignal.timeout(DEADLINE_MS) },
        ...(roots === null ? { rejectUnauthorized: false } : { ca: [...roots] }),
        ...(identity === undefined ? {} : { key: identity.key, cert: identity.certificates }),
        headers: { ...headers, ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }) },
      },
      (response) => {
        const parts: Buffer[] = [];
        let size = 0;
        response.on("data", (part: Buffer) => {
          size += part.length;
          if (size > MOST_BYTES) asked.destroy(new Error("the answer is too large"));
          else parts.push(part);
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") }),
        );
        response.on("error", fail);
      },
    );
    asked.on("error", fail);
    asked.end(body);
  });
}

/** PEM of a certificate in DER. */
export const pemOf = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der)
    .toString("base64")
    .replace(/(.{64})/g, "$1\n")
    .trimEnd()}\n-----END CERTIFICATE-----\n`;
