import { z } from "zod";
import type { Instant } from "../units.js";
import { decodeStrict, encodeStrict, exactBytes } from "./cbor.js";
import { fromSeconds, Seconds, toSeconds } from "./fields.js";
import { type Checked, refused } from "./results.js";

/**
 * What a kiosk's QR code tells a phone that is to enrol: which root and which kiosk to expect, and a token that shows
 * the kiosk that this phone has read its screen.
 */
export interface EnrolmentOffer {
  /** SHA-256 of the root certificate in DER. */
  readonly rootDigest: Uint8Array;
  /** SHA-256 of the reader's public key in DER. */
  readonly kioskKeyDigest: Uint8Array;
  readonly token: Uint8Array;
  readonly expiresAt: Instant;
}

export const TOKEN_BYTES = 16;
const PREFIX = "WK1.";
const MAX_TEXT = 256;
const Wire = z.tuple([exactBytes(32), exactBytes(32), exactBytes(TOKEN_BYTES), Seconds]);

/** The text of the QR code. */
export function encodeOffer(offer: EnrolmentOffer): string {
  const wire = Wire.parse([offer.rootDigest, offer.kioskKeyDigest, offer.token, toSeconds(offer.expiresAt)]);
  return PREFIX + Buffer.from(encodeStrict(wire)).toString("base64url");
}

/** Reads the text of a QR code, scanned or typed: spaces at its ends are forgiven, nothing else is. */
export function parseOffer(text: string): Checked<{ offer: EnrolmentOffer }, "offer-malformed"> {
  const trimmed = text.trim();
  if (trimmed.length > MAX_TEXT || !trimmed.startsWith(PREFIX)) return refused("offer-malformed");
  const encoded = trimmed.slice(PREFIX.length);
  const bytes = Buffer.from(encoded, "base64url");
  // Node skips what is not base64url; writing it again shows whether it did.
  if (bytes.toString("base64url") !== encoded) return refused("offer-malformed");
  const wire = Wire.safeParse(decodeStrict(bytes));
  if (!wire.success) return refused("offer-malformed");
  const [rootDigest, kioskKeyDigest, token, expires] = wire.data;
  return { ok: true, offer: { rootDigest, kioskKeyDigest, token, expiresAt: fromSeconds(expires) } };
}
