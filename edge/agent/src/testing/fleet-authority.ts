// @peculiar/x509 keeps its registry of extensions in reflect-metadata, which has to be there first.
import "reflect-metadata";
import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  webcrypto,
  X509Certificate,
} from "node:crypto";
import * as x509 from "@peculiar/x509";
import { after, type Duration, days, hours, type Instant } from "@wardkey/protocol";
import {
  createSigner,
  DEVICE_USAGE_OID,
  DOWNLINK_USAGE_OID,
  deviceUri,
  downlinkUri,
  type Issuer,
  POLICY_USAGE_OID,
  policyUri,
  READER_USAGE_OID,
  readerUri,
  SIGNER_USAGE_OID,
  sha256,
  signerUri,
} from "@wardkey/protocol/credential";
import { certsOnly } from "@wardkey/protocol/fleet/est";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const SERVER_USAGE_OID = "1.3.6.1.5.5.7.3.1";

interface Authority {
  readonly name: string;
  readonly key: KeyObject;
  readonly certificate: Uint8Array;
}

export interface Leaf {
  readonly subject: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly usage: string;
  readonly names: { type: "url" | "dns" | "ip"; value: string }[];
  readonly life: Duration;
}

const newKey = (): KeyObject => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const spkiOf = (key: KeyObject): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(createPublicKey(key).export({ format: "der", type: "spki" }));
const pem = (der: Uint8Array): string => new x509.X509Certificate(Uint8Array.from(der)).toString("pem");

/** A site's authority for the tests of the uplink: root, intermediate, the site's signers, and a rotation of the root. */
export class FleetAuthority {
  readonly site: string;
  readonly #now: () => Instant;
  #roots: Authority[] = [];
  /** Of the newest root, by the one before. */
  crosses: readonly Uint8Array[] = [];
  readonly #intermediates: Authority[] = [];

  private constructor(site: string, now: () => Instant) {
    this.site = site;
    this.#now = now;
  }

  static async create(site: string, now: () => Instant): Promise<FleetAuthority> {
    const authority = new FleetAuthority(site, now);
    await authority.rotateRoot();
    return authority;
  }

  /** Another root, vouched for by the one before, and an intermediate under it. */
  async rotateRoot(): Promise<void> {
    const key = newKey();
    const name = `O=${this.site}, CN=${this.site} root`;
    const life = days(3_650);
    const root = { name, key, certificate: await this.#authority({ name, key, issuer: { name, key }, life }) };
    const before = this.#roots.at(-1);
    if (before !== undefined) this.crosses = [await this.#authority({ name, key, issuer: before, life })];
    this.#roots.push(root);
    const below = newKey();
    const called = `O=${this.site}, CN=${this.site} intermediate ${this.#roots.length}`;
    const certificate = await this.#authority({ name: called, key: below, issuer: root, life: days(1_095) });
    this.#intermediates.push({ name: called, key: below, certificate });
  }

  /** base64url SHA-256 of the newest root. */
  get rootDigest(): string {
    return Buffer.from(sha256(this.#newest.certificate)).toString("base64url");
  }

  get rootCertificate(): Uint8Array {
    return this.#newest.certificate;
  }

  /** Everything that `/cacerts` answers, as base64 of a certs-only CMS message. */
  authorities(): string {
    const between = this.#intermediates.map(({ certificate }) => certificate);
    return certificatesAnswer([...this.#roots.map(({ certificate }) => certificate), ...between, ...this.crosses]);
  }

  async issue(leaf: Leaf): Promise<Uint8Array> {
    const issuer = this.#issuing;
    return this.#certificate({
      subject: leaf.subject,
      publicKey: leaf.publicKey,
      issuer,
      life: leaf.life,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([leaf.usage], true),
        new x509.SubjectAlternativeNameExtension(leaf.names),
      ],
    });
  }

  identity(device: string, publicKey: Uint8Array<ArrayBuffer>, life = hours(24)): Promise<Uint8Array> {
    const names = [{ type: "url" as const, value: deviceUri(this.site, device) }];
    const subject = `O=${this.site}, OU=kiosk, CN=${device}`;
    return this.issue({ subject, publicKey, usage: DEVICE_USAGE_OID, names, life });
  }

  reader(kiosk: string, publicKey: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    const names = [{ type: "url" as const, value: readerUri(this.site, kiosk) }];
    const subject = `O=${this.site}, OU=Ward 3, CN=Kiosk ${kiosk}`;
    return this.issue({ subject, publicKey, usage: READER_USAGE_OID, names, life: days(30) });
  }

  /** `leaf` with what leads from it to the roots. */
  chainOf(leaf: Uint8Array): Uint8Array[] {
    const { issuer } = new X509Certificate(leaf);
    const above = this.#intermediates.filter(({ certificate }) => new X509Certificate(certificate).subject === issuer);
    return [leaf, ...above.map(({ certificate }) => certificate), ...this.crosses];
  }

  signer(kind: "signer" | "downlink" | "policy"): Promise<Issuer> {
    const of = {
      signer: { usage: SIGNER_USAGE_OID, value: signerUri(this.site) },
      downlink: { usage: DOWNLINK_USAGE_OID, value: downlinkUri(this.site) },
      policy: { usage: POLICY_USAGE_OID, value: policyUri(this.site) },
    }[kind];
    return this.#signing(of.usage, of.value, kind);
  }

  /** What a TLS server shows. */
  async server(): Promise<{ key: string; cert: string }> {
    const key = newKey();
    const leaf = await this.issue({
      subject: `O=${this.site}, CN=fleet`,
      publicKey: spkiOf(key),
      usage: SERVER_USAGE_OID,
      names: [
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
      ],
      life: days(90),
    });
    return {
      key: key.export({ format: "pem", type: "pkcs8" }).toString(),
      cert: this.chainOf(leaf).map(pem).join("\n"),
    };
  }

  async #signing(usage: string, uri: string, name: string): Promise<Issuer> {
    const key = newKey();
    const leaf = await this.issue({
      subject: `O=${this.site}, CN=${name}`,
      publicKey: spkiOf(key),
      usage,
      names: [{ type: "url", value: uri }],
      life: days(400),
    });
    return { chain: this.chainOf(leaf), sign: createSigner(key) };
  }

  get #newest(): Authority {
    const root = this.#roots.at(-1);
    if (root === undefined) throw new Error("this authority has no root yet");
    return root;
  }

  get #issuing(): Authority {
    return this.#intermediates.at(-1) ?? this.#newest;
  }

  #authority(made: {
    name: string;
    key: KeyObject;
    issuer: Pick<Authority, "name" | "key">;
    life: Duration;
  }): Promise<Uint8Array> {
    return this.#certificate({
      subject: made.name,
      publicKey: spkiOf(made.key),
      issuer: made.issuer,
      life: made.life,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      ],
    });
  }

  async #certificate(made: {
    subject: string;
    publicKey: Uint8Array<ArrayBuffer>;
    issuer: Pick<Authority, "name" | "key">;
    life: Duration;
    extensions: x509.Extension[];
  }): Promise<Uint8Array> {
    const issuerKey = new x509.PublicKey(spkiOf(made.issuer.key));
    // Roots of one name are told apart by their keys: TLS clients build their paths by these two.
    const identifiers = [
      await x509.SubjectKeyIdentifierExtension.create(new x509.PublicKey(made.publicKey)),
      await x509.AuthorityKeyIdentifierExtension.create(issuerKey),
    ];
    const pkcs8 = made.issuer.key.export({ format: "der", type: "pkcs8" });
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: `4${randomBytes(15).toString("hex")}`,
      issuer: made.issuer.name,
      subject: made.subject,
      notBefore: new Date(after(this.#now(), hours(-1))),
      notAfter: new Date(after(this.#now(), made.life)),
      publicKey: made.publicKey,
      signingKey: await webcrypto.subtle.importKey("pkcs8", pkcs8, ALGORITHM, false, ["sign"]),
      signingAlgorithm: ALGORITHM,
      extensions: [...made.extensions, ...identifiers],
    });
    return new Uint8Array(certificate.rawData);
  }
}

/** Base64 of a certs-only message, as EST answers. */
export const certificatesAnswer = (certificates: readonly Uint8Array[]): string =>
  Buffer.from(certsOnly(certificates)).toString("base64");

/** The public key and the common name of a certificate request in base64; throws for one whose signature does not hold. */
export async function readRequest(text: string): Promise<{ device: string; publicKey: Uint8Array<ArrayBuffer> }> {
  const request = new x509.Pkcs10CertificateRequest(Buffer.from(text, "base64"));
  if (!(await request.verify(webcrypto))) throw new Error("csr-signature");
  return {
    device: request.subjectName.getField("CN")[0] ?? "",
    publicKey: new Uint8Array(request.publicKey.rawData),
  };
}
