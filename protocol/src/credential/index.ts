export type { Issuer } from "./cose.js";
export { type Credential, issueCredential, verifyCredential } from "./credential.js";
export { type DenyNotice, issueDenyNotice, MAX_DENIED_KIOSKS, verifyDenyNotice } from "./deny-notice.js";
export {
  acceptedWindows,
  enrolmentIdentifier,
  identifierOf,
  identifierPrefix,
  identifierWindow,
  rotatingIdentifier,
  uuidOf,
  windowEnd,
  windowStart,
} from "./identifiers.js";
export { type EnrolmentOffer, encodeOffer, parseOffer, TOKEN_BYTES } from "./offer.js";
export { createSigner, keyDigest, type Signer, sha256 } from "./p256.js";
export { type Receipt, verifyReceipt } from "./receipt.js";
export type { Checked, CredentialCode } from "./results.js";
export {
  createSiteTrust,
  READER_USAGE_OID,
  type Reader,
  readerUri,
  SIGNER_USAGE_OID,
  type SiteTrust,
  signerUri,
  verifyReader,
  verifySigner,
} from "./site-trust.js";
export { issueStatus, type ReaderStatus, verifyStatus } from "./status.js";
export { MAX_TEMPLATE_BYTES, OpaqueTemplate } from "./template.js";
