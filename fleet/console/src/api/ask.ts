import { Problem } from "@wardkey/protocol/fleet";
import type { z } from "zod";

const ANSWER_WITHIN = 15_000;

/** Why the site did not do it: its own stable code, or `lost` and `incompatible` for no answer and a strange one. */
export class Refused extends Error {
  readonly code: string;
  readonly retryAfterMs: number | null;

  constructor(code: string, options: { retryAfterMs?: number | null; cause?: unknown } = {}) {
    super(code, { cause: options.cause });
    this.name = "Refused";
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

export const codeOfRefusal = (error: unknown): string | null =>
  error === null || error === undefined ? null : error instanceof Refused ? error.code : "lost";

export interface Question<T extends z.ZodType> {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly answer: T;
  /** The page token of this start; without it the browser's own session speaks. */
  readonly token?: string | null;
  readonly signal?: AbortSignal;
}

/** Asks the site once and reads its answer by `answer`. Fails with `Refused` and with nothing else. */
export async function ask<T extends z.ZodType>(question: Question<T>): Promise<z.infer<T>> {
  const { method = "GET", path, body, answer, token = null, signal } = question;
  const limit = AbortSignal.timeout(ANSWER_WITHIN);
  const response = await fetch(path, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    cache: "no-store",
    credentials: "same-origin",
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
  }).catch((cause: unknown) => {
    throw new Refused("lost", { cause });
  });
  const said: unknown = response.status === 204 ? null : await response.json().catch(() => undefined);
  if (!response.ok) throw refusalOf(said);
  const read = answer.safeParse(said);
  if (!read.success) throw new Refused("incompatible", { cause: read.error });
  return read.data;
}

function refusalOf(said: unknown): Refused {
  const problem = Problem.loose().safeParse(said);
  if (!problem.success) return new Refused("lost");
  const wait = problem.data["retryAfterMs"];
  return new Refused(problem.data.code, { retryAfterMs: typeof wait === "number" ? wait : null });
}
