export { WalletConfig, type WalletConfigInput } from "./config.js";
export { type RunningWallet, type StartWalletOptions, startWallet } from "./start-wallet.js";
