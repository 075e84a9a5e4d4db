import { decodeContents, EMPTY_CONTENTS, type Enrolment, encodeContents, type VaultContents } from "./contents.js";
import { type KeyStore, SEAL_KEY_BYTES } from "./key-store.js";
import { readSealedFile, replaceSealedFile, seal, unseal } from "./sealed-file.js";
import { SecretKey } from "./secret-key.js";
import { vaultError } from "./vault-error.js";

export interface VaultDependencies {
  path: string;
  keyStore: KeyStore;
  randomBytes(size: number): Uint8Array;
}

/** What the phone keeps, sealed on disk. What `read()` shows is durable already. */
export interface Vault {
  read(): VaultContents;
  /** Makes the change durable, then visible. One change at a time, in order; refuses with `vault-write-failed`. */
  change(edit: (contents: VaultContents) => VaultContents): Promise<VaultContents>;
  /** Waits for the change under way and overwrites what is in memory. */
  close(): Promise<void>;
}

/**
 * Opens the vault, or makes an empty one where there was never any. A vault that does not open is refused with its code
 * (see `VaultCode`) and left as it is: nothing is ever wiped to get going again.
 */
export async function openVault({ path, keyStore, randomBytes }: VaultDependencies): Promise<Vault> {
  const sealed = await readSealedFile(path);
  const found = await keyStore.read();
  if (sealed !== null && found === null) throw vaultError("vault-key-missing", "the vault's key is gone");
  const key = found ?? new SecretKey(randomBytes(SEAL_KEY_BYTES));
  if (found === null) await keyStore.create(key);

  let contents = sealed === null ? EMPTY_CONTENTS : openContents(sealed, key);
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();

  const keep = async (next: VaultContents): Promise<VaultContents> => {
    const plain = encodeContents(next);
    try {
      await replaceSealedFile(path, seal(plain, { key, randomBytes }));
    } finally {
      plain.fill(0);
    }
    if (next.enrolment !== contents.enrolment) eraseSecrets(contents.enrolment);
    contents = next;
    return next;
  };

  return {
    read: () => contents,
    change(edit) {
      const done = queue.then(async () => {
        if (closed) throw vaultError("vault-write-failed", "the vault is closed");
        const next = edit(contents);
        return next === contents ? contents : keep(next);
      });
      queue = done.catch(() => undefined);
      return done;
    },
    async close() {
      closed = true;
      await queue;
      eraseSecrets(contents.enrolment);
      contents = EMPTY_CONTENTS;
      key.erase();
    },
  };
}

/** Overwrites what an enrolment kept secret; whoever still holds it then holds zeros. */
function eraseSecrets(enrolment: Enrolment | null): void {
  enrolment?.template?.overwrite();
  enrolment?.eidKey.erase();
  enrolment?.holderKey.erase();
}

function openContents(sealed: Uint8Array, key: SecretKey): VaultContents {
  const plain = unseal(sealed, key);
  try {
    return decodeContents(plain);
  } finally {
    plain.fill(0);
  }
}
