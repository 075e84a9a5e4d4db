import { z } from "zod";
import { WardkeyError } from "../errors.js";
import type { Instant } from "../units.js";
import { encodeStrict, exactBytes, fromIntegerMap, type IntegerKeys, toIntegerMap } from "./cbor.js";
import type { CertificateChain } from "./chain.js";
import { assembleSigned, openSigned, toBeSigned } from "./cose.js";
import { fromSeconds, Id, Seconds, toSeconds } from "./fields.js";
import { type Checked, refused } from "./results.js";
import { type Reader, type SiteTrust, verifyReader } from "./site-trust.js";

/** What a kiosk signs for the phone at the end of a tap: who, where, when, outcome, and of which handshake. */
export interface Receipt {
  readonly site: string;
  readonly kiosk: string;
  readonly staffId: string;
  readonly purpose: "unlock" | "enrol";
  readonly outcome: "unlocked" | "not-matched" | "refused" | "enrolled";
  readonly at: Instant;
  /** SHA-256 of the handshake up to M3. */
  readonly transcript: Uint8Array;
}

const Claims = z.strictObject({
  site: Id,
  kiosk: Id,
  staffId: Id,
  purpose: z.enum(["unlock", "enrol"]),
  outcome: z.enum(["unlocked", "not-matched", "refused", "enrolled"]),
  at: Seconds,
  transcript: exactBytes(32),
});
const KEYS: IntegerKeys<z.infer<typeof Claims>> = {
  kiosk: 1,
  staffId: 2,
  at: 6,
  site: -65_542,
  purpose: -65_543,
  outcome: -65_544,
  transcript: -65_545,
};

/** A receipt whose signature is still to come from the reader's key. */
export interface UnsignedReceipt {
  readonly bytes: Uint8Array;
  readonly assemble: (signature: Uint8Array) => Uint8Array;
}

/** The bytes that the reader's key signs, and what turns its answer into a receipt. */
export function prepareReceipt(receipt: Receipt, chain: CertificateChain): UnsignedReceipt {
  const claims = Claims.safeParse({ ...receipt, at: toSeconds(receipt.at) });
  if (!claims.success) throw new WardkeyError("receipt-invalid", z.prettifyError(claims.error));
  const payload = encodeStrict(toIntegerMap(claims.data, KEYS));
  return {
    bytes: toBeSigned("wardkey-receipt", payload),
    assemble: (signature) => assembleSigned({ type: "wardkey-receipt", payload, chain, signature }),
  };
}

/** Did a reader of this site sign this receipt, with a certificate that was valid at `at`. */
export function verifyReceipt(
  bytes: Uint8Array,
  trust: SiteTrust,
  at: Instant,
): Checked<{ receipt: Receipt; reader: Reader }> {
  const opened = openSigned(bytes, "wardkey-receipt");
  const claims = Claims.safeParse(fromIntegerMap(opened?.payload, KEYS));
  if (opened === undefined || !claims.success) return refused("receipt-malformed");
  const checked = verifyReader(opened.chain, trust, at);
  if (!checked.ok) return checked;
  if (!opened.signedBy(checked.reader.publicKey)) return refused("receipt-signature");
  const receipt: Receipt = { ...claims.data, at: fromSeconds(claims.data.at) };
  if (receipt.site !== trust.site || receipt.kiosk !== checked.reader.kiosk) return refused("receipt-site");
  return { ok: true, receipt, reader: checked.reader };
}
