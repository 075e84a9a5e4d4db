import "reflect-metadata";
import { KeyObject, randomUUID, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { type Duration, days, type Instant, instant } from "@wardkey/protocol";
import { createSigner, createSiteTrust, type Issuer, type SiteTrust } from "@wardkey/protocol/credential";
import type { Checkpoint, TreeHeadBody } from "@wardkey/protocol/fleet";
import { signDownward, signStatement, TO_ALL } from "@wardkey/protocol/fleet/signed";

export const SITE = "st-mary";
const CURVE = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const CLIENT_USAGE = "1.3.6.1.5.5.7.3.2";
const DOWNLINK_USAGE = "1.3.6.1.4.1.58888.1.4";

/** A simulated site's root, the key of its own words, and identities of its devices: what signs heads and checkpoints. */
export class SimulatedKeys {
  readonly trust: SiteTrust;
  readonly #root: { keys: webcrypto.CryptoKeyPair; subject: string };
  readonly #downlink: Issuer;
  readonly #devices = new Map<string, Promise<Issuer>>();
  readonly #at: Instant;

  private constructor(parts: {
    trust: SiteTrust;
    root: { keys: webcrypto.CryptoKeyPair; subject: string };
    downlink: Issuer;
    at: Instant;
  }) {
    this.trust = parts.trust;
    this.#root = parts.root;
    this.#downlink = parts.downlink;
    this.#at = parts.at;
  }

  static async make(at: Instant): Promise<SimulatedKeys> {
    const keys = await webcrypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
    const root = { keys, subject: `O=${SITE}, CN=Simulated root` };
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: "01",
      name: root.subject,
      keys,
      notBefore: new Date(at - days(2)),
      notAfter: new Date(at + days(3_650)),
      signingAlgorithm: CURVE,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ],
    });
    const trust = createSiteTrust({ site: SITE, rootCertificate: new Uint8Array(certificate.rawData) });
    if (!trust.ok) throw new Error(trust.code);
    const uri = `urn:wardkey:site:${SITE}:downlink`;
    const downlink = await issue({ root, at, subject: `O=${SITE}, CN=Simulated`, usage: DOWNLINK_USAGE, uri });
    return new SimulatedKeys({ trust: trust.trust, root, downlink, at });
  }

  readonly signHead = (head: TreeHeadBody): Promise<string> =>
    signDownward(
      {
        site: SITE,
        audience: TO_ALL,
        epoch: head.size,
        kind: "tree-head",
        body: head,
        ...this.#frame(instant(head.at)),
      },
      this.#downlink,
    );

  async signCheckpoint(device: string, body: Checkpoint, later?: Duration): Promise<{ jws: string; id: string }> {
    const frame = this.#frame(instant(this.#at + (later ?? 0)));
    const statement = { site: SITE, device, to: null, kind: "checkpoint", body, ...frame };
    return { jws: await signStatement(statement, await this.#identity(device)), id: frame.id };
  }

  #frame(issuedAt: Instant): { id: string; issuedAt: Instant; expiresAt: Instant } {
    return { id: randomUUID(), issuedAt, expiresAt: instant(issuedAt + days(1)) };
  }

  #identity(device: string): Promise<Issuer> {
    const uri = `urn:wardkey:site:${SITE}:device:${device}`;
    const known = this.#devices.get(device);
    const subject = `O=${SITE}, OU=kiosk, CN=${device}`;
    const made = known ?? issue({ root: this.#root, at: this.#at, subject, usage: CLIENT_USAGE, uri });
    this.#devices.set(device, made);
    return made;
  }
}

async function issue(of: {
  root: { keys: webcrypto.CryptoKeyPair; subject: string };
  at: Instant;
  subject: string;
  usage: string;
  uri: string;
}): Promise<Issuer> {
  const keys = await webcrypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: "02",
    subject: of.subject,
    issuer: of.root.subject,
    notBefore: new Date(of.at - days(1)),
    notAfter: new Date(of.at + days(30)),
    signingKey: of.root.keys.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: CURVE,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([of.usage], true),
      new x509.SubjectAlternativeNameExtension([{ type: "url", value: of.uri }]),
    ],
  });
  return {
    chain: [new Uint8Array(certificate.rawData)],
    sign: createSigner(KeyObject.from(keys.privateKey)),
  };
}
