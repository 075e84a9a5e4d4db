/** Base64 (RFC 4648) by what Node and browsers share. */

const ALPHABET = /^[A-Za-z0-9_-]*$/;
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Unpadded base64url without stray bits (RFC 4648 3.5); `undefined` for any other spelling. */
export function decodeBase64Url(text: string): Uint8Array | undefined {
  const over = text.length % 4;
  if (!ALPHABET.test(text) || over === 1) return undefined;
  const stray = over === 2 ? 0x0f : over === 3 ? 0x03 : 0;
  if ((DIGITS.indexOf(text.at(-1) ?? "A") & stray) !== 0) return undefined;
  return decodeBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
}

/** Standard base64 whose alphabet was looked at. */
export function decodeBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

export function encodeBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
