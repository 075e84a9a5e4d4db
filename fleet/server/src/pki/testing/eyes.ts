import type { Instant } from "@wardkey/protocol";
import {
  type CertificateChain,
  createSiteTrust,
  type SiteTrust,
  verifyDownlinkSigner,
  verifyPolicySigner,
  verifySigner,
} from "@wardkey/protocol/credential";
import { newKey, requestFor } from "./test-device.js";
import type { TestPki } from "./test-pki.js";

/** `ok`, or the code of a refusal. */
export const codeOf = (checked: { ok: boolean; code?: string }): string => (checked.ok ? "ok" : String(checked.code));

/** What somebody trusts who knows this root and no other. */
export function trusting(rootCertificate: Uint8Array): SiteTrust {
  const made = createSiteTrust({ site: "st-mary", rootCertificate });
  if (!made.ok) throw new Error(made.code);
  return made.trust;
}

export async function identityOf(site: TestPki, device: string): Promise<Uint8Array> {
  const request = requestFor(device, newKey());
  const made = await site.pki.est.enrol({ device, token: await site.token(device), profile: "kiosk", request });
  if (!made.ok) throw new Error(made.code);
  return made.certificate;
}

export async function readerOf(site: TestPki, identity: Uint8Array, device: string): Promise<CertificateChain> {
  const peer = { certificate: identity };
  const made = await site.pki.est.enrolReader({ peer, request: requestFor(device, newKey()) });
  if (!made.ok) throw new Error(made.code);
  return site.pki.chainOf(made.certificate);
}

/** Everything with which the site signs, as `trust` sees it at `at`. */
export async function seenBy(site: TestPki, trust: SiteTrust, at: Instant): Promise<string[]> {
  const { signer, policy, downlink } = site.pki.issuers;
  return [
    codeOf(verifySigner((await signer()).chain, trust, at)),
    codeOf(verifyPolicySigner((await policy()).chain, trust, at)),
    codeOf(verifyDownlinkSigner((await downlink()).chain, trust, at)),
  ];
}
export const ALL_GOOD = ["ok", "ok", "ok"];
