import { Agent, type RequestOptions, request } from "node:https";
import { codeOf, type Duration, seconds } from "@wardkey/protocol";
import { Problem } from "@wardkey/protocol/fleet";
import { z } from "zod";
import type { Identity } from "./identity.js";

export type SiteAnswer<T> =
  | { readonly ok: true; readonly value: T }
  /** `reached` tells a site that said no from one that could not be asked. */
  | {
      readonly ok: false;
      readonly code: string;
      readonly reached: boolean;
      /** How long the site takes no further try, ms. */
      readonly retryAfter?: number;
    };

export interface Ask {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly maxBytes: number;
}

export interface Bytes {
  readonly body: Buffer;
}

const DEADLINE: Duration = seconds(8);
/** Of refusals, which are small whatever was asked. */
const MAX_PROBLEM_BYTES = 16 * 1024;
/** RFC 9457 lets a problem carry facts of its own: this one says how long to leave the site alone. */
const Refused = Problem.extend({ retryAfterMs: z.number().nonnegative().optional() });
export const MAX_JSON_BYTES = 128 * 1024;

/** Whom a connection trusts and as whom it comes; `authorities: null` trusts nobody and must carry no secret. */
export interface Credentials {
  readonly authorities: readonly string[] | null;
  readonly identity: Identity | null;
}

/**
 * HTTPS towards the fleet (TLS 1.3, kept alive): every call has a deadline and a largest answer. What the fleet refuses,
 * and a fleet that cannot be asked, are values.
 */
export class DeviceHttps {
  readonly #url: URL;
  /** Of what is being asked now. One signal for all would keep something of every question for as long as the kiosk runs. */
  readonly #asking = new Set<AbortController>();
  #ended = false;
  #agent: Agent;

  constructor(url: string, credentials: Credentials) {
    this.#url = new URL(url);
    this.#agent = agentFor(credentials);
  }

  /** Later calls come with these; calls under way end as they began. */
  use(credentials: Credentials): void {
    const before = this.#agent;
    this.#agent = agentFor(credentials);
    before.destroy();
  }

  /** Breaks off whatever is being asked; every later question is refused likewise. */
  end(): void {
    this.#ended = true;
    for (const asking of this.#asking) asking.abort();
    this.#agent.destroy();
  }

  async bytes(ask: Ask): Promise<SiteAnswer<Bytes>> {
    try {
      const { status, body } = await this.#exchange(ask);
      if (status === null) return { ok: false, code: "site-answer-too-large", reached: true };
      if (status >= 200 && status < 300) return { ok: true, value: { body } };
      const problem = Refused.safeParse(jsonOf(body));
      if (!problem.success) return { ok: false, code: `http-${status}`, reached: true };
      const { code, retryAfterMs } = problem.data;
      return { ok: false, code, reached: true, ...(retryAfterMs === undefined ? {} : { retryAfter: retryAfterMs }) };
    } catch (error) {
      return { ok: false, code: reachCode(error), reached: false };
    }
  }

  async json<T>(
    ask: Omit<Ask, "maxBytes" | "body"> & { body?: unknown },
    schema: z.ZodType<T>,
  ): Promise<SiteAnswer<T>> {
    const { body, ...rest } = ask;
    const answer = await this.bytes({
      ...rest,
      maxBytes: MAX_JSON_BYTES,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...ask.headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) return answer;
    const value = schema.safeParse(jsonOf(answer.value.body));
    return value.success
      ? { ok: true, value: value.data }
      : { ok: false, code: "site-answer-malformed", reached: true };
  }

  async #exchange(ask: Ask): Promise<{ status: number | null; body: Buffer }> {
    const asking = new AbortController();
    if (this.#ended) asking.abort();
    this.#asking.add(asking);
    const late = setTimeout(() => asking.abort(), DEADLINE).unref();
    try {
      return await this.#ask(ask, asking.signal);
    } finally {
      clearTimeout(late);
      this.#asking.delete(asking);
    }
  }

  /** `status: null`: the answer was larger than anything this question can have. */
  #ask(ask: Ask, signal: AbortSignal): Promise<{ status: number | null; body: Buffer }> {
    const options: RequestOptions = {
      agent: this.#agent,
      method: ask.method,
      headers: {
        ...ask.headers,
        ...(ask.body === undefined ? {} : { "content-length": String(Buffer.byteLength(ask.body)) }),
      },
      signal,
    };
    return new Promise((resolve, reject) => {
      const asked = request(new URL(ask.path, this.#url), options, (response) => {
        const status = response.statusCode ?? 0;
        const most = status >= 200 && status < 300 ? ask.maxBytes : MAX_PROBLEM_BYTES;
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > most) {
            resolve({ status: null, body: Buffer.alloc(0) });
            asked.destroy();
          } else chunks.push(chunk);
        });
        response.on("end", () => resolve({ status, body: Buffer.concat(chunks) }));
        response.on("error", reject);
      });
      asked.on("error", reject);
      asked.end(ask.body);
    });
  }
}

function agentFor({ authorities, identity }: Credentials): Agent {
  return new Agent({
    keepAlive: true,
    maxSockets: 4,
    minVersion: "TLSv1.3",
    rejectUnauthorized: authorities !== null,
    ...(authorities === null ? {} : { ca: [...authorities] }),
    ...(identity === null ? {} : { cert: identity.certificatePem, key: identity.keyPem }),
  });
}

function jsonOf(body: Buffer): unknown {
  try {
    return body.length === 0 ? null : JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** System and TLS codes as they are (`ECONNREFUSED`, `CERT_HAS_EXPIRED`); a deadline and anything else as one code. */
function reachCode(error: unknown): string {
  const code = codeOf(error);
  return code === "unexpected" || code === "ABORT_ERR" ? "site-unreachable" : code;
}
