import { createHash, randomBytes, randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { type Clock, codeOf, type Duration, seconds, WardkeyError } from "@wardkey/protocol";
import { parseConfig, type WalletConfig, type WalletConfigInput } from "./config.js";
import { takeDataFolder } from "./data-folder.js";
import { openRadio } from "./open-radio.js";
import { startPageServer } from "./page/index.js";
import { systemClock } from "./system-clock.js";
import { keyFileStore, openVault, softwareHolderKeys, vaultFiles } from "./vault/index.js";
import { Wallet } from "./wallet.js";

/** How long an owner may take to answer a prompt. */
const PATIENCE: Duration = seconds(20);

export interface StartWalletOptions {
  config: WalletConfigInput;
  clock?: Clock;
  /** Hears stable codes only: never bytes, names or tokens. */
  logger?: WalletLog;
}

/** What the wallet needs of a log; pino has it. */
export interface WalletLog {
  warn(entry: { code: string }, message: string): void;
}

export interface RunningWallet {
  readonly url: string;
  /** With the page's token in its fragment: for the owner's eyes. */
  readonly pageUrl: string;
  readonly token: string;
  /** Closes everything that was opened, in reverse order. */
  stop(): Promise<void>;
}

/**
 * Starts a whole wallet in this process. Refuses with `config-invalid`, `already-running`, `port-in-use`,
 * `radio-unavailable`, `room-unavailable` or a `VaultCode`; what was opened by then is closed again.
 */
export async function startWallet({ config, clock = systemClock, logger }: StartWalletOptions): Promise<RunningWallet> {
  const settings = parseConfig(config);
  const opened: Array<() => Promise<void>> = [];
  const stop = async (): Promise<void> => {
    for (let close = opened.pop(); close !== undefined; close = opened.pop()) {
      await close().catch((error: unknown) => logger?.warn({ code: codeOf(error) }, "closing failed"));
    }
  };
  try {
    return await open({ settings, clock, logger, opened, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Opening {
  settings: WalletConfig;
  clock: Clock;
  logger: WalletLog | undefined;
  opened: Array<() => Promise<void>>;
  stop(): Promise<void>;
}

async function open({ settings, clock, logger, opened, stop }: Opening): Promise<RunningWallet> {
  const report = (code: string): void => logger?.warn({ code }, "wallet");
  const folder = await takeDataFolder(settings.dataDir);
  opened.push(() => folder.release());

  const random = (size: number): Uint8Array => Uint8Array.from(randomBytes(size));
  const files = vaultFiles(settings.dataDir);
  const vault = await openVault({
    path: files.vault,
    keyStore: keyFileStore(files.key),
    randomBytes: random,
  });
  opened.push(() => vault.close());

  const pinnedRootDigest = await rootDigest(settings.rootCertificateFile);
  const { radio, room } = await openRadio(settings, report);
  let changed = (): void => {};
  const wallet = new Wallet({
    vault,
    holderKeys: softwareHolderKeys(),
    radio,
    room,
    pinnedRootDigest,
    clock,
    randomBytes: random,
    makeId: randomUUID,
    patience: PATIENCE,
    releaseLimits: settings.releaseLimits,
    report,
    onChange: () => changed(),
  });
  opened.push(() => wallet.stop());

  const token = randomBytes(32).toString("base64url");
  const page = await startPageServer({ ...settings, token, commands: wallet, report });
  opened.push(() => page.stop());
  changed = () => page.changed();
  await writeFile(folder.file("page-token"), token, { mode: 0o600 });
  await wallet.start();
  return { url: page.url, pageUrl: `${page.url}#token=${token}`, token, stop };
}

async function rootDigest(path: string | undefined): Promise<Uint8Array | null> {
  if (path === undefined) return null;
  const certificate = await readFile(path).catch((error: unknown) => {
    throw new WardkeyError("config-invalid", "rootCertificateFile: cannot be read", { cause: error });
  });
  return createHash("sha256").update(certificate).digest();
}
