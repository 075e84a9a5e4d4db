export {
  EMPTY_CONTENTS,
  type Enrolment,
  type HistoryEntry,
  type HolderFacts,
  type KeptRefusal,
  type KnownSite,
  MAX_HISTORY,
  MAX_REFUSALS,
  MAX_RELEASES,
  type Release,
  type VaultContents,
} from "./contents.js";
export { type HolderKey, type HolderKeys, softwareHolderKeys } from "./holder-key.js";
export { type KeyStore, keyFileStore } from "./key-store.js";
export { SecretKey } from "./secret-key.js";
export { openVault, type Vault, type VaultDependencies } from "./vault.js";
export type { VaultCode } from "./vault-error.js";
export { vaultFiles } from "./vault-files.js";
