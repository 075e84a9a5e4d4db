import { hashOf } from "../room/seeded.js";

export type AddressType = "public" | "random";

/** Lower case, most significant byte first: `c2:00:00:00:00:01`. */
export type BluetoothAddress = string;

const PATTERN = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/;

export function isBluetoothAddress(text: string): boolean {
  return PATTERN.test(text);
}

/** HCI carries addresses least significant byte first. */
export function readAddress(bytes: Uint8Array, offset: number): BluetoothAddress {
  return Array.from(bytes.subarray(offset, offset + 6), (byte) => byte.toString(16).padStart(2, "0"))
    .reverse()
    .join(":");
}

export function addressBytes(address: BluetoothAddress): Uint8Array {
  return Uint8Array.from(address.split(":").reverse(), (byte) => Number.parseInt(byte, 16));
}

/** The address that a name gets in a room: always the same one for the same seed. */
export function addressFor(seed: number, name: string, type: AddressType): BluetoothAddress {
  const high = hashOf(seed, "address", name, 0);
  const low = hashOf(seed, "address", name, 1);
  const bytes = [high >>> 24, high >>> 16, high >>> 8, high, low >>> 8, low].map((byte) => byte & 0xff);
  const [first = 0, ...rest] = bytes;
  // Core 5.3 Vol 6 B 1.3.2.1: the two top bits of a static random address are 1. A public one here is kept apart by 0.
  const marked = type === "random" ? first | 0xc0 : first & 0x3f;
  return [marked, ...rest].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}
