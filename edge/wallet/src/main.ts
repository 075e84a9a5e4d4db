import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import { pino } from "pino";
import { parseConfig, type WalletConfig } from "./config.js";
import { startWallet } from "./start-wallet.js";

const logger = pino({ name: "wallet" }, pino.destination({ dest: 2, sync: true }));

async function readConfig(): Promise<WalletConfig> {
  const { values } = parseArgs({ options: { config: { type: "string" } } });
  if (values.config === undefined) throw new WardkeyError("config-missing", "say --config FILE.json");
  return parseConfig(await readJson(values.config));
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new WardkeyError("config-unreadable", "the configuration cannot be read as JSON", { cause: error });
  }
}

try {
  const wallet = await startWallet({ config: await readConfig(), logger });
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await wallet.stop();
    logger.info("stopped");
    process.exit(0);
  };
  process.on("SIGTERM", () => void stop());
  process.on("SIGINT", () => void stop());
  process.stdout.write(`${JSON.stringify({ ready: true, url: wallet.url, pageUrl: wallet.pageUrl })}\n`);
} catch (error) {
  const reason = error instanceof WardkeyError ? error.message : "the wallet did not start";
  logger.error({ code: codeOf(error) }, reason);
  process.exit(1);
}
