import { scrypt } from "node:crypto";
import { promisify } from "node:util";
import { SLOW_HASH } from "@wardkey/protocol/fleet";

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** scrypt (RFC 7914) as kiosks check it, away from the event loop; base64url. */
export async function slowHash(text: string, salt: string): Promise<string> {
  const { keyBytes, ...cost } = SLOW_HASH;
  return (await derive(text, Buffer.from(salt, "base64url"), keyBytes, cost)).toString("base64url");
}
