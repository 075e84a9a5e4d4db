export { type Certificate, issuedBy, MAX_CERTIFICATE_BYTES, parseCertificate } from "./certificate.js";
export { type CertificateChain, MAX_CHAIN_LENGTH } from "./chain.js";
export type { Issuer } from "./cose.js";
export { type Credential, issueCredential, verifyCredential } from "./credential.js";
export { type DenyNotice, issueDenyNotice, MAX_DENIED_KIOSKS, verifyDenyNotice } from "./deny-notice.js";
export { contextConstructed, contextPrimitive, DER, type DerElement, inside, oidText, readElements } from "./der.js";
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
export { openJws, signJws } from "./jws.js";
export { type EnrolmentOffer, encodeOffer, parseOffer, TOKEN_BYTES } from "./offer.js";
export { createSigner, keyDigest, type Signer, sha256 } from "./p256.js";
export { type Receipt, verifyReceipt } from "./receipt.js";
export type { Checked, CredentialCode } from "./results.js";
export {
  createSiteTrust,
  DEVICE_USAGE_OID,
  type DeviceIdentity,
  DOWNLINK_USAGE_OID,
  deviceUri,
  downlinkUri,
  POLICY_USAGE_OID,
  policyUri,
  READER_USAGE_OID,
  type Reader,
  readerUri,
  SIGNER_USAGE_OID,
  type SiteSigner,
  type SiteTrust,
  signerUri,
  verifyDevice,
  verifyDownlinkSigner,
  verifyPolicySigner,
  verifyReader,
  verifySigner,
} from "./site-trust.js";
export { issueStatus, type ReaderStatus, verifyStatus } from "./status.js";
export { copyApart, MAX_TEMPLATE_BYTES, OpaqueTemplate, templateDigest } from "./template.js";
