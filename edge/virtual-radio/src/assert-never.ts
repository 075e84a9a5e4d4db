/** Ends an exhaustive switch: the compiler proves that it is never reached. */
export function assertNever(value: never): never {
  throw new Error("a case that its type excludes", { cause: value });
}
