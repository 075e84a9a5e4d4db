import type { ProblemTitles } from "../platform/http/problem.js";

/** One sentence for each code with which a certificate, or a caller by its certificate, is refused. */
export const pkiProblemTitles: ProblemTitles = {
  "certificate-denied": "This certificate was cut off by the site",
  "certificate-expired": "The certificate ended too long ago: ask for a new enrolment ticket",
  "certificate-missing": "Present the device's certificate in the TLS handshake",
  "certificate-not-yet-valid": "The certificate is not valid yet: compare the clocks",
  "certificate-unknown": "The site's issue log does not know this certificate",
  "certificate-untrusted": "This site did not sign the certificate",
  "certificate-usage": "The certificate is not a device's identity",
  "csr-attributes": "The request asks for more than its name: leave extensions and attributes out",
  "csr-content-type": "Send the request as application/pkcs10",
  "csr-malformed": "The request is no PKCS#10 in base64",
  "csr-name": "The request names another than the device that asks",
  "csr-signature": "The request is not signed by its own key with ECDSA and SHA-256",
  "csr-weak-key": "The request's key is not an uncompressed point on P-256",
  "device-denied": "This device was cut off by the site",
  "device-unknown": "The site knows no such device",
  "intermediate-expired": "The site's intermediate ended: its operator must make a new one",
  "issue-queue-full": "Certificates are asked for faster than the site can record them: try again",
  "profile-refused": "The device's certificate is of another profile than the one asked for",
  "reader-missing": "This device has no reader certificate yet",
  "token-expired": "The enrolment ticket ended: ask for another",
  "token-other-device": "The enrolment ticket is of another device or profile",
  "token-refused": "The enrolment ticket is missing or wrong",
  "token-used": "The enrolment ticket was used before",
};
