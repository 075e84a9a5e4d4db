import { join } from "node:path";

/** Where the vault and its key lie in a wallet's data folder. */
export function vaultFiles(dataDir: string): { readonly vault: string; readonly key: string } {
  return { vault: join(dataDir, "vault.sealed"), key: join(dataDir, "vault.key") };
}
