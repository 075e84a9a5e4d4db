import { judgeAttPacket, MAX_ATT_BYTES } from "./att-guard.js";

/** What the guard needs of bleno 0.12.4's inside; the version is pinned in package.json. */
interface BlenoInside {
  readonly _bindings: {
    onAclDataPkt(connection: number, channel: number, pdu: Buffer): void;
    readonly _hci: {
      onSocketData(packet: Buffer): void;
      disconnect(connection: number): void;
      readonly _handleBuffers: Record<number, { readonly length: number; readonly data: Buffer } | undefined>;
    };
  };
}

const ACL_PACKET = 0x02;
/** Packet type, handle and flags, length, L2CAP header (Core 5.3 Vol 4 E 5.4.2 and Vol 3 A 3.1). */
const LEAST_ACL_START = 9;
const ACL_START = 0b10;

/**
 * Stands between the controller and an unpowered bleno: a peer's malformed packet costs the peer its link, where it
 * would otherwise throw out of bleno and end the process. Packets off the ATT channel are dropped.
 */
export function guardBleno(bleno: object, onFault: (code: string) => void): void {
  const { _bindings: bindings } = bleno as BlenoInside;
  const hci = bindings._hci;
  const cut = (connection: number, code: string): void => {
    delete hci._handleBuffers[connection];
    hci.disconnect(connection);
    onFault(code);
  };

  const readAtt = bindings.onAclDataPkt.bind(bindings);
  bindings.onAclDataPkt = (connection, channel, pdu) => {
    const verdict = judgeAttPacket(channel, pdu);
    if (verdict === "pass") readAtt(connection, channel, pdu);
    if (verdict === "malformed") cut(connection, "att-malformed");
  };

  const readPacket = hci.onSocketData.bind(hci);
  hci.onSocketData = (packet) => {
    if (packet[0] !== ACL_PACKET || packet.length < 3) return readPacket(packet);
    const header = packet.readUInt16LE(1);
    const connection = header & 0x0fff;
    const tooShort = ((header >> 12) & 0b11) === ACL_START && packet.length < LEAST_ACL_START;
    if (tooShort) return cut(connection, "acl-malformed");
    try {
      readPacket(packet);
    } catch {
      // bleno's own error says nothing of use and may quote what the peer sent.
      return cut(connection, "att-malformed");
    }
    const assembling = hci._handleBuffers[connection];
    if (assembling === undefined) return;
    if (assembling.length > MAX_ATT_BYTES || assembling.data.length > assembling.length)
      cut(connection, "acl-malformed");
  };
}
