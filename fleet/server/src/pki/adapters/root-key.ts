import { createCipheriv, createPrivateKey, type KeyObject, pbkdf2Sync, randomBytes } from "node:crypto";
import { WardkeyError } from "@wardkey/protocol";
import { octetString, oid, sequence, smallInteger } from "@wardkey/protocol/credential/der-write";
import { readPrivateFile, writePrivateFile } from "../../platform/files/secret-file.js";

/** What a thief of the file pays for each guess: OWASP's count for PBKDF2 with HMAC-SHA-256. */
const ITERATIONS = 600_000;
const SHORTEST_PASSPHRASE = 16;
const OID = {
  pbes2: "1.2.840.113549.1.5.13",
  pbkdf2: "1.2.840.113549.1.5.12",
  hmacSha256: "1.2.840.113549.2.9",
  aes256: "2.16.840.1.101.3.4.1.42",
} as const;
const NULL = Uint8Array.of(0x05, 0x00);

/** Writes a root's key as PKCS#8 in PEM, under a passphrase where there is one (PBES2, RFC 8018 6.2). */
export async function writeRootKey(path: string, key: KeyObject, passphraseFile?: string): Promise<void> {
  if ((await readPrivateFile(path)) !== null) {
    throw new WardkeyError("root-key-exists", `${path} is there already: choose another file for the root's key`);
  }
  const plain = key.export({ format: "der", type: "pkcs8" });
  if (passphraseFile === undefined) return writePrivateFile(path, pem("PRIVATE KEY", plain));
  const passphrase = await readPassphrase(passphraseFile);
  await writePrivateFile(path, pem("ENCRYPTED PRIVATE KEY", encrypted(plain, passphrase)));
}

/** Refuses with `root-key-missing`, `root-key-passphrase` or `root-key-unreadable`. */
export async function readRootKey(path: string, passphraseFile?: string): Promise<KeyObject> {
  const file = await readPrivateFile(path);
  if (file === null) {
    throw new WardkeyError(
      "root-key-missing",
      `there is no root key in ${path}: bring it from where it is kept offline`,
    );
  }
  const locked = file.includes("ENCRYPTED PRIVATE KEY");
  if (locked && passphraseFile === undefined) {
    throw new WardkeyError("root-key-passphrase", `${path} has a passphrase: say in which file it is`);
  }
  const passphrase = locked && passphraseFile !== undefined ? await readPassphrase(passphraseFile) : undefined;
  try {
    return createPrivateKey(passphrase === undefined ? { key: file } : { key: file, passphrase });
  } catch (error) {
    throw locked
      ? new WardkeyError("root-key-passphrase", `the passphrase does not open ${path}`, { cause: error })
      : new WardkeyError("root-key-unreadable", `${path} holds no private key: restore it`, { cause: error });
  }
}

async function readPassphrase(path: string): Promise<Buffer> {
  const file = await readPrivateFile(path);
  const passphrase = Buffer.from(file?.toString("utf8").trim() ?? "", "utf8");
  if (passphrase.length < SHORTEST_PASSPHRASE) {
    throw new WardkeyError(
      "root-key-passphrase",
      `${path} holds no passphrase of at least ${SHORTEST_PASSPHRASE} characters`,
    );
  }
  return passphrase;
}

function encrypted(plain: Buffer, passphrase: Buffer): Uint8Array {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", pbkdf2Sync(passphrase, salt, ITERATIONS, 32, "sha256"), iv);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  const derivation = sequence(
    oid(OID.pbkdf2),
    sequence(octetString(salt), smallInteger(ITERATIONS), sequence(oid(OID.hmacSha256), NULL)),
  );
  const scheme = sequence(oid(OID.aes256), octetString(iv));
  return sequence(sequence(oid(OID.pbes2), sequence(derivation, scheme)), octetString(sealed));
}

function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
