import { createHmac } from "node:crypto";
import { type Instant, instant, minutes } from "../units.js";
import { plain } from "./p256.js";

const ROTATION = minutes(15);
export const IDENTIFIER_BYTES = 16;
export const PREFIX_BYTES = 8;
const ENROLMENT_LABEL = Buffer.from("wardkey enrol");
const SEPARATOR = Buffer.of(0);

/** The quarter of an hour that `at` lies in, counted from 1970. */
export const identifierWindow = (at: Instant): number => Math.floor(at / ROTATION);
export const windowStart = (window: number): Instant => instant(window * ROTATION);
export const windowEnd = (window: number): Instant => windowStart(window + 1);

/** The windows whose identifiers a kiosk accepts at `at`: clocks differ, and a phone may be late to rotate. */
export function acceptedWindows(at: Instant): readonly number[] {
  const window = identifierWindow(at);
  return [window - 1, window, window + 1];
}

/** What a phone advertises in `window`: HMAC-SHA-256(eidKey, site || 0 || uint64 window), the first 16 bytes. */
export function rotatingIdentifier(input: { eidKey: Uint8Array; site: string; window: number }): Uint8Array {
  const window = Buffer.alloc(8);
  window.writeBigUInt64BE(BigInt(input.window));
  const mac = createHmac("sha256", input.eidKey).update(input.site, "utf8").update(SEPARATOR).update(window).digest();
  return plain(mac.subarray(0, IDENTIFIER_BYTES));
}

/** What a kiosk's table keys a wallet by: the first 8 bytes. */
export const identifierPrefix = (identifier: Uint8Array): Uint8Array => identifier.slice(0, PREFIX_BYTES);

/** What a phone advertises while it enrols: it proves to have read the offer of this kiosk, and names nobody. */
export function enrolmentIdentifier(token: Uint8Array): Uint8Array {
  return plain(createHmac("sha256", token).update(ENROLMENT_LABEL).digest().subarray(0, IDENTIFIER_BYTES));
}

/** A 128-bit service UUID as noble and bleno write it: 32 hexadecimal digits. */
export const uuidOf = (identifier: Uint8Array): string => Buffer.from(identifier).toString("hex");

/** The identifier of a service UUID, dashes and case ignored; `undefined` when it has not 128 bits. */
export function identifierOf(uuid: string): Uint8Array | undefined {
  const digits = uuid.replaceAll("-", "").toLowerCase();
  return /^[0-9a-f]{32}$/.test(digits) ? plain(Buffer.from(digits, "hex")) : undefined;
}
