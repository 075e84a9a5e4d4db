import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const HOUR = 3_600_000;

export interface TestIdentity {
  readonly key: string;
  readonly cert: string;
  readonly der: Uint8Array;
  readonly serial: string;
}

/** A root that signs leaves directly: enough for what a broker needs of certificates. */
export class TestCa {
  readonly cert: string;
  readonly #root: x509.X509Certificate;
  readonly #keys: webcrypto.CryptoKeyPair;
  #serial = 100;

  private constructor(root: x509.X509Certificate, keys: webcrypto.CryptoKeyPair) {
    this.#root = root;
    this.#keys = keys;
    this.cert = root.toString("pem");
  }

  static async make(name = "Test root"): Promise<TestCa> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
    const root = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: "01",
      name: `CN=${name}`,
      notBefore: new Date(Date.now() - 200 * HOUR),
      notAfter: new Date(Date.now() + 200 * HOUR),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 1, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return new TestCa(root, keys);
  }

  server(): Promise<TestIdentity> {
    return this.#issue("localhost", x509.ExtendedKeyUsage.serverAuth, { from: -1, to: 100 });
  }

  /** Hours from now. */
  device(name: string, valid: { from: number; to: number } = { from: -100, to: 100 }): Promise<TestIdentity> {
    return this.#issue(name, x509.ExtendedKeyUsage.clientAuth, valid);
  }

  async #issue(name: string, usage: string, valid: { from: number; to: number }): Promise<TestIdentity> {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
    const serialNumber = (this.#serial++).toString(16).padStart(4, "0");
    const names = [
      { type: "dns" as const, value: "localhost" },
      { type: "ip" as const, value: "127.0.0.1" },
    ];
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber,
      subject: `CN=${name}`,
      issuer: this.#root.subject,
      notBefore: new Date(Date.now() + valid.from * HOUR),
      notAfter: new Date(Date.now() + valid.to * HOUR),
      signingAlgorithm: ALGORITHM,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        await x509.AuthorityKeyIdentifierExtension.create(this.#root.publicKey),
        ...(usage === x509.ExtendedKeyUsage.serverAuth ? [new x509.SubjectAlternativeNameExtension(names)] : []),
      ],
    });
    const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
    return {
      key: `-----BEGIN PRIVATE KEY-----\n${key.replace(/(.{64})/g, "$1\n").trim()}\n-----END PRIVATE KEY-----\n`,
      cert: `${certificate.toString("pem")}\n`,
      der: new Uint8Array(certificate.rawData),
      serial: serialNumber,
    };
  }
}
