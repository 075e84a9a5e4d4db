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

/** Resolves at the first signal to stop; a second one ends the process at once, as anybody would expect. */
const stopAsked = new Promise<string>((resolve) => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve(signal));
});

try {
  const site = await startSite({ config: await readConfigFile(), clock: systemClock, logger });
  process.stdout.write(`${JSON.stringify({ ready: true, url: site.url, pageUrl: site.pageUrl })}\n`);
  logger.info({ signal: await stopAsked }, "stopping");
  await site.stop();
  process.exitCode = 0;
} catch (error) {
  const message = error instanceof WardkeyError ? error.message : "the site server could not start or stop in order";
  logger.fatal({ code: codeOf(error) }, message);
  process.exitCode = 1;
}
