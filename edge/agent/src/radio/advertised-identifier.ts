// bleno calls its list incomplete, phones call theirs complete.
const INCOMPLETE_128_BIT_UUIDS = 0x06;
const COMPLETE_128_BIT_UUIDS = 0x07;
const UUID_BYTES = 16;

/**
 * Reads the one 128-bit service UUID of an advertisement into `into` (16 bytes, most significant first) and says whether
 * there was one. Anything else, also a list of several, is not a phone of ours. Allocates nothing: it runs for every
 * advertisement in the air. Core Specification Supplement, Part A 1.1: UUIDs travel least significant byte first.
 */
export function readIdentifier(advertisement: Uint8Array, into: Uint8Array): boolean {
  let at = 0;
  while (at + 1 < advertisement.length) {
    const length = advertisement[at] ?? 0;
    if (length === 0 || at + 1 + length > advertisement.length) return false;
    const type = advertisement[at + 1];
    if (type === COMPLETE_128_BIT_UUIDS || type === INCOMPLETE_128_BIT_UUIDS) {
      if (length !== 1 + UUID_BYTES) return false;
      for (let i = 0; i < UUID_BYTES; i += 1) into[i] = advertisement[at + 1 + UUID_BYTES - i] ?? 0;
      return true;
    }
    at += 1 + length;
  }
  return false;
}
