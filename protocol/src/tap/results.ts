import type { CredentialCode } from "../credential/results.js";
import type { QuotaCode } from "./quota.js";

/** Why a tap ended without what it was for. Stable: screens map codes to words. */
export type TapCode =
  | CredentialCode
  | QuotaCode
  | "message-malformed"
  | "message-unexpected"
  | "message-unauthentic"
  | "version-unsupported"
  | "key-malformed"
  | "purpose-unexpected"
  | "reader-signature"
  | "kiosk-denied"
  | "status-kiosk"
  | "status-epoch"
  | "consent-denied"
  | "commitment-mismatch"
  | "holder-signature"
  | "holder-unexpected"
  | "holder-denied"
  | "epoch-unexpected"
  | "template-mismatch"
  | "receipt-mismatch"
  | "offer-expired"
  | "offer-root"
  | "offer-kiosk"
  | "token-wrong"
  | "codes-differ"
  | "holder-key-mismatch"
  | "peer-closed"
  | "link-closed"
  | "too-slow";
