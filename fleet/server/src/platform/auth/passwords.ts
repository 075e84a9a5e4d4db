import { argon2id, argon2Verify } from "hash-wasm";
import { COMMONEST_PASSWORDS } from "./commonest-passwords.js";

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 128;

/** OWASP's second choice for Argon2id: 19 MiB, two passes, one lane. */
const COST = { memorySize: 19_456, iterations: 2, parallelism: 1, hashLength: 32 } as const;

export type PasswordVerdict = "good" | "password-short" | "password-long" | "password-common" | "password-personal";

/** `about`: what somebody who knows the person or the site would try first. */
export function judgePassword(password: string, about: readonly string[]): PasswordVerdict {
  const { length } = [...password];
  if (length < PASSWORD_MIN) return "password-short";
  if (length > PASSWORD_MAX) return "password-long";
  const bare = bareOf(password);
  const kinds = new Set(password.toLowerCase());
  if (kinds.size < 5 || isRun(password) || repeatsCommon(bare)) return "password-common";
  const personal = about.flatMap((text) => text.toLowerCase().split(/[^\p{L}]+/u)).filter((word) => word.length > 3);
  const rest = personal.reduce((text, word) => text.replaceAll(word, ""), bare);
  return rest.length < bare.length && rest.length < 6 ? "password-personal" : "good";
}

/** Salted, in the PHC string format. */
export function hashPassword(password: string, salt: Uint8Array): Promise<string> {
  return argon2id({ ...COST, password: password.normalize("NFKC"), salt, outputType: "encoded" });
}

export function isPassword(password: string, hash: string): Promise<boolean> {
  return argon2Verify({ password: password.normalize("NFKC"), hash });
}

/** Letters alone, with the usual dress-up undone: "P@ssw0rd-2026!" reads "password". */
function bareOf(password: string): string {
  const letters = password.toLowerCase().replace(/^[^\p{L}@$]+|[^\p{L}@$]+$/gu, "");
  const undressed = [...letters].map((sign) => DRESS[sign] ?? sign).join("");
  return undressed.replace(/[^\p{L}]+/gu, "");
}

const DRESS: Readonly<Record<string, string>> = {
  "@": "a",
  "4": "a",
  "3": "e",
  "1": "i",
  "!": "i",
  "0": "o",
  $: "s",
  "5": "s",
  "7": "t",
};

/** "passwordpassword", "qwertyadmin": nothing but words of the list. */
function repeatsCommon(bare: string): boolean {
  if (bare === "") return true;
  const reachable = new Set([0]);
  for (let end = 1; end <= bare.length; end += 1) {
    for (const start of reachable) {
      if (COMMONEST_PASSWORDS.has(bare.slice(start, end))) {
        reachable.add(end);
        break;
      }
    }
  }
  return reachable.has(bare.length);
}

/** "123456789012", "abcdefghijkl": most signs follow the one before. */
function isRun(password: string): boolean {
  const codes = [...password].map((sign) => sign.codePointAt(0) ?? 0);
  const steps = codes.slice(1).filter((code, index) => Math.abs(code - (codes[index] ?? 0)) <= 1).length;
  return steps > codes.length * 0.7;
}
