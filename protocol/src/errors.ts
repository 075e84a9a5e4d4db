/**
 * A broken assumption or a refused input that carries a stable code. Screens and HTTP map codes to words in one place;
 * nobody matches on messages. Expected refusals of a tap are values, not errors.
 */
export class WardkeyError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "WardkeyError";
    this.code = code;
  }
}

/** The stable code of anything thrown: a `WardkeyError`'s own, a system error's (`ENOSPC`), else `unexpected`. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return "unexpected";
}

/** Closes an exhaustive `switch`: the compiler refuses it while a case is missing, and so does the running program. */
export function assertNever(value: never): never {
  throw new WardkeyError("unreachable-case", `unexpected case: ${JSON.stringify(value)}`);
}
