/**
 * The stack above reads fields of an ATT request without asking whether they are there, and what a stranger sends would
 * end the process. These are the shapes it may see (Core 5.3 Vol 3 F 3.4); anything else costs the sender its link.
 */
export type AttVerdict = "pass" | "ignore" | "malformed";

/** L2CAP channel of the attribute protocol (Core 5.3 Vol 3 A 2.1). */
const ATT_CHANNEL = 0x0004;
/** The largest ATT MTU that the stack agrees to. */
export const MAX_ATT_BYTES = 256;

/** Least and most bytes by opcode. Prepared writes are absent: the tap never needs them and they queue without bound. */
const REQUESTS = new Map<number, readonly [least: number, most: number]>([
  [0x02, [3, 3]],
  [0x04, [5, 5]],
  [0x06, [7, MAX_ATT_BYTES]],
  [0x08, [7, 21]],
  [0x0a, [3, 3]],
  [0x0c, [5, 5]],
  [0x10, [7, 21]],
  [0x12, [3, MAX_ATT_BYTES]],
  [0x1e, [1, 1]],
]);

/** Opcodes that the stack itself answers with "request not supported", at any length. */
const REFUSED_ABOVE = new Set([0x0e, 0x20]);

export function judgeAttPacket(channel: number, pdu: Uint8Array): AttVerdict {
  // Pairing and signalling: the tap relies on neither.
  if (channel !== ATT_CHANNEL) return "ignore";
  const [opcode] = pdu;
  if (opcode === undefined || pdu.length > MAX_ATT_BYTES) return "malformed";
  const bounds = REQUESTS.get(opcode);
  if (bounds === undefined) return REFUSED_ABOVE.has(opcode) ? "pass" : "malformed";
  const [least, most] = bounds;
  if (pdu.length < least || pdu.length > most) return "malformed";
  if (opcode === 0x08 || opcode === 0x10) return pdu.length === 7 || pdu.length === 21 ? judgeRange(pdu) : "malformed";
  if (opcode === 0x04 || opcode === 0x06) return judgeRange(pdu);
  return "pass";
}

/** A range of handles starts at 1 or later and does not end before it starts. */
function judgeRange(pdu: Uint8Array): AttVerdict {
  const first = (pdu[1] ?? 0) | ((pdu[2] ?? 0) << 8);
  const last = (pdu[3] ?? 0) | ((pdu[4] ?? 0) << 8);
  return first >= 1 && first <= last ? "pass" : "malformed";
}
