import { scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { SLOW_HASH } from "@wardkey/protocol/fleet";

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** Of a secret with a salt: slow, so that whoever has the hash guesses slowly. */
export type HashSecret = (text: string, salt: string) => Promise<Buffer>;

/** scrypt (RFC 7914) as the fleet did it, away from the event loop. */
export const slowHash: HashSecret = (text, salt) => {
  const { keyBytes, ...cost } = SLOW_HASH;
  return derive(text, Buffer.from(salt, "base64url"), keyBytes, cost);
};

export function sameHash(found: Buffer, wanted: string): boolean {
  const bytes = Buffer.from(wanted, "base64url");
  return bytes.length === found.length && timingSafeEqual(bytes, found);
}
