import { randomBytes } from "node:crypto";
import { WardkeyError } from "@wardkey/protocol";
import { keyFileStore, openVault, vaultFiles } from "@wardkey/wallet";

/**
 * The template in the demo phone's vault: what the search at the site looks for. Only a script that has the demo phone's
 * folder, key and all, can do this. Overwrite it after use.
 */
export async function readDemoTemplate(walletDir: string): Promise<Uint8Array> {
  const files = vaultFiles(walletDir);
  const vault = await openVault({
    path: files.vault,
    keyStore: keyFileStore(files.key),
    randomBytes: (size) => new Uint8Array(randomBytes(size)),
  });
  try {
    const { enrolment } = vault.read();
    if (!enrolment?.template)
      throw new WardkeyError("template-missing", "the demo phone holds no template to search for");
    return enrolment.template.copy();
  } finally {
    await vault.close();
  }
}
