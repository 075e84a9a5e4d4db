import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { after, days, type Instant } from "@wardkey/protocol";
import {
  createSigner,
  createSiteTrust,
  type Issuer,
  policyUri,
  SIGNER_USAGE_OID,
  type SiteTrust,
} from "@wardkey/protocol/credential";
import { type PolicyDocument, PRODUCTION_SETTINGS } from "@wardkey/protocol/policy";
import { signPolicy } from "@wardkey/protocol/policy/signed";
import { FleetAuthority } from "../../testing/fleet-authority.js";

/** A site's root and its policy key, for tests: what `fleet/server` does for real. */
export interface PolicyDesk {
  readonly site: string;
  readonly trust: SiteTrust;
  /** Another usage than the policy's, or none. */
  readonly issuer: Issuer;
  readonly wrongUsage: Issuer;
  document(bend?: Partial<PolicyDocument>): PolicyDocument;
  sign(bend?: Partial<PolicyDocument>): Promise<{ jws: string; digest: string }>;
}

export async function openPolicyDesk(site: string, now: Instant): Promise<PolicyDesk> {
  const authority = await FleetAuthority.create(site, () => now);
  const created = createSiteTrust({ site, rootCertificate: authority.rootCertificate });
  if (!created.ok) throw new Error(created.code);
  const issuer = await authority.signer("policy");
  const document = (bend: Partial<PolicyDocument> = {}): PolicyDocument => ({
    v: 1,
    site,
    version: 1,
    issuedAt: now,
    expiresAt: after(now, days(90)),
    note: "",
    base: PRODUCTION_SETTINGS,
    groups: {},
    layers: [],
    devices: [],
    ...bend,
  });
  return {
    site,
    trust: created.trust,
    issuer,
    wrongUsage: await issuerOfStatuses(authority),
    document,
    sign: (bend) => signPolicy(document(bend), issuer),
  };
}

/** Named as the policy's, for another use. */
async function issuerOfStatuses(authority: FleetAuthority): Promise<Issuer> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const leaf = await authority.issue({
    subject: `O=${authority.site}, CN=policy`,
    publicKey: Uint8Array.from(createPublicKey(privateKey).export({ format: "der", type: "spki" })),
    usage: SIGNER_USAGE_OID,
    names: [{ type: "url", value: policyUri(authority.site) }],
    life: days(400),
  });
  return { chain: authority.chainOf(leaf), sign: createSigner(privateKey) };
}
