import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import {
  createSigner,
  DEVICE_USAGE_OID,
  DOWNLINK_USAGE_OID,
  deviceUri,
  downlinkUri,
  type Issuer,
  POLICY_USAGE_OID,
  policyUri,
  SIGNER_USAGE_OID,
  signerUri,
} from "@wardkey/protocol/credential";
import { FLEET_CLIENT } from "@wardkey/protocol/fleet";
import type { CertificateAuthority, CertificateUsage, IssuedCertificate } from "../app/certificates.js";
import { SERVER_LIFE, SIGNER_LIFE, validityFrom } from "../domain/lifetimes.js";
import { OID } from "../domain/oids.js";
import type { CaSite } from "./ca-ceremonies.js";
import { alternativeNameOf } from "./ca-certificate.js";
import { chainOf, type SiteAuthorities } from "./ca-folder.js";
import { type LeafKey, type LeafPair, openLeafKey } from "./leaf-keys.js";

export interface Issuers {
  /** Credentials, statuses, notices. */
  signer(): Promise<Issuer>;
  policy(): Promise<Issuer>;
  /** What the fleet says to devices. */
  downlink(): Promise<Issuer>;
}

/** What a TLS listener needs: PEM, the certificate with its chain, and the authorities whose client certificates it asks for. */
export interface TlsContext {
  readonly key: string;
  readonly cert: string;
  readonly ca: readonly string[];
}

export interface ServerTls {
  current(): TlsContext;
  /** For `server.setSecureContext`. Returns "off". */
  onRenewed(listener: (context: TlsContext) => void): () => void;
}

export interface OwnKeys {
  readonly issuers: Issuers;
  readonly tls: ServerTls;
  /** With which the fleet server is a client of an outside broker: the name that no device may have. */
  readonly client: ServerTls;
  /** Renews the server's certificate when its time has come; the issuers renew when they are asked. */
  review(): Promise<void>;
  /** The authorities changed. */
  reloaded(): Promise<void>;
}

interface OwnKeyParts {
  readonly folder: string;
  readonly site: CaSite;
  readonly serverNames: readonly string[];
  authorities(): SiteAuthorities;
  authority(): CertificateAuthority;
  record(certificate: IssuedCertificate): Promise<void>;
  now(): number;
  renewalFailed(error: unknown): void;
}

/** The keys with which the fleet server itself signs and serves. */
export async function openOwnKeys(parts: OwnKeyParts): Promise<OwnKeys> {
  const { site } = parts;
  const signer = await openSigner(parts, { usage: "signer", oid: SIGNER_USAGE_OID, uri: signerUri(site.id) });
  const policy = await openSigner(parts, { usage: "policy", oid: POLICY_USAGE_OID, uri: policyUri(site.id) });
  const downlink = await openSigner(parts, { usage: "downlink", oid: DOWNLINK_USAGE_OID, uri: downlinkUri(site.id) });
  const server = await openLeafKey({
    ...leafParts(parts, "server"),
    request: () => ({
      ...validityFrom(parts.now(), SERVER_LIFE),
      subject: { organization: site.id, commonName: `${site.name} fleet server` },
      usageOid: OID.serverAuth,
      names: parts.serverNames.map(alternativeNameOf),
    }),
  });
  const client = await openLeafKey({
    ...leafParts(parts, "client"),
    request: () => ({
      ...validityFrom(parts.now(), SERVER_LIFE),
      subject: { organization: site.id, organizationalUnit: "service", commonName: FLEET_CLIENT },
      usageOid: DEVICE_USAGE_OID,
      names: [{ uri: deviceUri(site.id, FLEET_CLIENT) }],
    }),
  });
  const serving = serveWith(server, await server.current(), parts.authorities);
  const calling = serveWith(client, await client.current(), parts.authorities);
  return {
    issuers: { signer, policy, downlink },
    tls: serving.tls,
    client: calling.tls,
    review: async () => {
      await server.current();
      await client.current();
    },
    reloaded: async () => {
      await serving.reloaded();
      await calling.reloaded();
    },
  };
}

async function openSigner(
  parts: OwnKeyParts,
  { usage, oid, uri }: { usage: "signer" | "policy" | "downlink"; oid: string; uri: string },
): Promise<() => Promise<Issuer>> {
  const leaf = await openLeafKey({
    ...leafParts(parts, usage),
    request: () => ({
      ...validityFrom(parts.now(), SIGNER_LIFE),
      subject: { organization: parts.site.id, commonName: `${parts.site.name} ${SUBJECTS[usage]}` },
      usageOid: oid,
      names: [{ uri }],
    }),
  });
  let made: { pair: LeafPair; authorities: SiteAuthorities; issuer: Issuer } | null = null;
  return async () => {
    const pair = await leaf.current();
    const authorities = parts.authorities();
    if (made?.pair === pair && made.authorities === authorities) return made.issuer;
    const issuer: Issuer = { chain: chainOf(authorities, pair.certificate), sign: createSigner(pair.key) };
    made = { pair, authorities, issuer };
    return issuer;
  };
}

const SUBJECTS = { signer: "credentials", policy: "policies", downlink: "messages to devices" } as const;

const leafParts = (parts: OwnKeyParts, usage: CertificateUsage) => ({
  path: join(parts.folder, `${usage}.json`),
  usage,
  authority: parts.authority,
  record: parts.record,
  now: parts.now,
  renewalFailed: parts.renewalFailed,
});

function serveWith(
  server: LeafKey,
  first: LeafPair,
  authorities: () => SiteAuthorities,
): { tls: ServerTls; reloaded: () => Promise<void> } {
  const listeners = new Set<(context: TlsContext) => void>();
  let context = contextOf(first, authorities());
  const changed = (pair: LeafPair): void => {
    context = contextOf(pair, authorities());
    for (const listener of listeners) listener(context);
  };
  server.onRenewed(changed);
  return {
    tls: {
      current: () => context,
      onRenewed(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    reloaded: async () => changed(await server.current()),
  };
}

const contextOf = (pair: LeafPair, authorities: SiteAuthorities): TlsContext => ({
  key: pair.key.export({ format: "pem", type: "pkcs8" }).toString(),
  cert: chainOf(authorities, pair.certificate).map(pemOf).join(""),
  ca: [...authorities.roots, ...authorities.intermediates].map(({ der }) => pemOf(der)),
});

const pemOf = (der: Uint8Array): string => new X509Certificate(der).toString();
