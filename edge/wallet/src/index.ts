export { WalletConfig, type WalletConfigInput } from "./config.js";
export { type RunningWallet, type StartWalletOptions, startWallet, type WalletLog } from "./start-wallet.js";
export { keyFileStore, openVault, vaultFiles } from "./vault/index.js";
