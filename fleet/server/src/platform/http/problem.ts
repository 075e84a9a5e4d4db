import { codeOf, WardkeyError } from "@wardkey/protocol";
import type { Problem } from "@wardkey/protocol/fleet";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { DATABASE_ADVICE, isDatabaseCode } from "../sql/database-error.js";

/** An expected refusal on its way to the caller as problem+json (RFC 9457). `facts` are public: numbers and key names. */
export class Refusal extends WardkeyError {
  readonly status: number;
  readonly facts: Readonly<Record<string, number | readonly string[]>>;

  constructor(status: number, code: string, facts: Readonly<Record<string, number | readonly string[]>> = {}) {
    super(code, code);
    this.status = status;
    this.facts = facts;
  }
}

/** One sentence for each code that a caller may meet. Each capability exports its own; the composition root merges them. */
export type ProblemTitles = Readonly<Record<string, string>>;

/** Of the HTTP platform itself. */
export const platformProblemTitles: ProblemTitles = {
  "access-refused": "Your role does not allow this",
  "cross-site-refused": "The request came from another site's page",
  malformed: "The request does not have the form that the interface asks for",
  "not-found": "There is nothing at this address",
  "page-token-refused": "The page token is missing or wrong: open the address that the server printed",
  "sign-in-needed": "Sign in first",
  "rate-limited": "Too many requests: slow down",
  "request-timeout": "The request did not arrive in time: nothing of it was done",
  "storage-unavailable": "The site cannot write to its disk",
  "too-large": "The request is too large",
  unexpected: "The site failed: its log tells more",
  "unsupported-media-type": "Send application/json",
  "wrong-host": "This server answers to its own loopback address only",
};

/** What `error` looks like from outside. Never its message: that may quote what was sent. */
export function problemOf(
  error: unknown,
  titles: ProblemTitles = platformProblemTitles,
): Problem & Record<string, unknown> {
  const describe = (status: number, code: string): Problem => ({
    type: `urn:wardkey:problem:${code}`,
    title: titles[code] ?? code,
    status,
    code,
  });
  if (error instanceof Refusal) return { ...describe(error.status, error.code), ...error.facts };
  if (hasZodFastifySchemaValidationErrors(error)) {
    return { ...describe(400, "malformed"), keys: error.validation.slice(0, 8).map(keyOf) };
  }
  const code = codeOf(error);
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return describe(413, "too-large");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return describe(415, "unsupported-media-type");
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
    case "FST_ERR_CTP_INVALID_JSON_BODY":
    case "FST_ERR_BAD_URL":
    case "malformed":
      return describe(400, "malformed");
    default:
      if (isStorageFault(code)) return describe(503, "storage-unavailable");
      return error instanceof SyntaxError || isCallersFault(error)
        ? describe(400, "malformed")
        : describe(500, "unexpected");
  }
}

/** Of the database, and neither the caller's doing nor a mistake of ours. */
const isStorageFault = (code: string): boolean =>
  isDatabaseCode(code) && code !== "database-conflict" && code !== "database-failed";

/** What the log tells an operator to do about it. */
export function adviceFor(error: unknown): string | null {
  const code = codeOf(error);
  return isDatabaseCode(code) ? DATABASE_ADVICE[code] : null;
}

/** A plugin's own word for a request that it cannot answer: a path with a null byte, a range that is none. */
function isCallersFault(error: unknown): boolean {
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
  return typeof status === "number" && status >= 400 && status < 500;
}

/** Where a request differs from its schema: the key, never the value. */
const keyOf = (issue: { instancePath: string }): string =>
  issue.instancePath.slice(1).replaceAll("/", ".").slice(0, 80);

/** Merges the titles of several owners. Refuses two that tell the same code differently: `problem-title-conflict`. */
export function mergeProblemTitles(...owners: readonly ProblemTitles[]): ProblemTitles {
  const merged: Record<string, string> = {};
  for (const [code, title] of owners.flatMap((titles) => Object.entries(titles))) {
    if (merged[code] !== undefined && merged[code] !== title) {
      throw new WardkeyError("problem-title-conflict", `two titles for ${code}`);
    }
    merged[code] = title;
  }
  return merged;
}
