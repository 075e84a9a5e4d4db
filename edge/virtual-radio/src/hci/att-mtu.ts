import { read16, write16 } from "./packets.js";

const ATT_CHANNEL = 0x0004;
const EXCHANGE_MTU_REQUEST = 0x02;
const EXCHANGE_MTU_RESPONSE = 0x03;
const L2CAP_HEADER = 4;

/**
 * Lowers the MTU that an ATT Exchange MTU request or response offers (Core 5.3 Vol 3 F 3.4.2), so that a participant
 * behaves as a peer with a small MTU although the host stack above it would take more. Other packets pass unchanged.
 */
export function capAttMtu(l2cap: Uint8Array, cap: number): Uint8Array {
  if (l2cap.length !== L2CAP_HEADER + 3 || read16(l2cap, 2) !== ATT_CHANNEL) return l2cap;
  const method = l2cap[L2CAP_HEADER];
  if (method !== EXCHANGE_MTU_REQUEST && method !== EXCHANGE_MTU_RESPONSE) return l2cap;
  if (read16(l2cap, L2CAP_HEADER + 1) <= cap) return l2cap;
  const lowered = l2cap.slice();
  write16(lowered, L2CAP_HEADER + 1, cap);
  return lowered;
}
