import { createCipheriv, createHmac } from "node:crypto";
import { overwrite } from "./overwrite.js";

/**
 * Independent standard normal numbers (Box and Muller, 1958) from AES-256-CTR under a key of HKDF-SHA-256 (RFC 5869). The
 * caller overwrites them.
 */
export function normalNumbers(key: Uint8Array, purpose: string, count: number): Float64Array {
  const pairs = Math.ceil(count / 2);
  const derived = hkdf48(key, purpose);
  const cipher = createCipheriv("aes-256-ctr", derived.subarray(0, 32), derived.subarray(32));
  const stream = cipher.update(new Uint8Array(pairs * 8));
  // Ends the context, so that OpenSSL clears its copy of the key now and not at some collection of garbage.
  cipher.final();
  const numbers = new Float64Array(pairs * 2);
  for (let pair = 0; pair < pairs; pair++) {
    const first = (stream.readUInt32LE(pair * 8) + 1) / 2 ** 32;
    const second = stream.readUInt32LE(pair * 8 + 4) / 2 ** 32;
    const radius = Math.sqrt(-2 * Math.log(first));
    numbers[pair * 2] = radius * Math.cos(2 * Math.PI * second);
    numbers[pair * 2 + 1] = radius * Math.sin(2 * Math.PI * second);
  }
  overwrite(derived, stream);
  return numbers;
}

/** Step by step, because `hkdfSync` keeps a key object with a copy of the key until garbage is collected. */
function hkdf48(key: Uint8Array, info: string): Buffer {
  const secret = createHmac("sha256", new Uint8Array(32)).update(key).digest();
  const first = createHmac("sha256", secret).update(info).update(Uint8Array.of(1)).digest();
  const second = createHmac("sha256", secret).update(first).update(info).update(Uint8Array.of(2)).digest();
  const derived = Buffer.concat([first, second], 48);
  overwrite(secret, first, second);
  return derived;
}
