import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import { pino } from "pino";
import { SiteConfig, type SiteConfigInput } from "./config.js";
import { startSite, systemClock } from "./site.js";

const logger = pino({ name: "site", level: "info" }, pino.destination(2));

async function readConfigFile(): Promise<SiteConfigInput> {
  const { values } = parseArgs({ options: { config: { type: "string" } } });
  if (values.config === undefined) {
    throw new WardkeyError("config-missing", "say which configuration to use: --config FILE.json");
  }
  try {
    return SiteConfig.parse(JSON.parse(await readFile(values.config, "utf8")));
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    throw new WardkeyError("config-invalid", `${values.config} is not a configuration of the site server: ${reason}`);
  }
}

try {
  const site = await startSite({ config: await readConfigFile(), clock: systemClock, logger });
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, "stopping");
    await site.stop();
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      stop(signal).then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ code: codeOf(error) }, "did not stop in order");
          process.exit(1);
        },
      );
    });
  }
  process.stdout.write(`${JSON.stringify({ ready: true, url: site.url, pageUrl: site.pageUrl })}\n`);
} catch (error) {
  const message = error instanceof WardkeyError ? error.message : "the site server could not start";
  logger.fatal({ code: codeOf(error) }, message);
  process.exitCode = 1;
}
