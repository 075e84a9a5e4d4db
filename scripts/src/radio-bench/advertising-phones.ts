import { createHash } from "node:crypto";
import { instant } from "@wardkey/protocol";
import { identifierWindow, rotatingIdentifier } from "@wardkey/protocol/credential";
import { createRawHost, type JoinOptions, type Participant } from "@wardkey/virtual-radio";

export const SITE = "bench-ward";
const INTERVAL_MS = 100;
const ROW = 20;

/** The identifier that simulated holder number `index` advertises now. */
export function identifierOf(index: number): Uint8Array {
  const eidKey = createHash("sha256").update(`simulated-holder-${index}`).digest();
  return rotatingIdentifier({ eidKey, site: SITE, window: identifierWindow(instant(Date.now())) });
}

/** Where phone number `index` is: in rows of a ward, a metre apart, from a metre away. */
export function placeOf(index: number): JoinOptions {
  return {
    position: { x: 1 + (index % ROW), y: Math.floor(index / ROW) },
    addressType: "random",
    address: `c2:00:00:00:${hex(index >>> 8)}:${hex(index & 0xff)}`,
    inPocket: index % 2 === 0,
  };
}

const hex = (value: number): string => value.toString(16).padStart(2, "0");

/** A simulated phone that does nothing but advertise as wallets do, each 100 ms. */
export function advertise(participant: Participant, identifier: Uint8Array): void {
  const data = Uint8Array.of(2, 0x01, 0x06, 17, 0x07, ...Array.from(identifier).reverse());
  createRawHost(participant).advertise({ data, intervalMs: INTERVAL_MS });
}
