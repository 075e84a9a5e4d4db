import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import { systemdAbove } from "@wardkey/protocol/service-manager";
import { pino } from "pino";
import { z } from "zod";
import { systemClock } from "./assembly/world.js";
import { startFleet } from "./fleet.js";
import { type FleetConfig, readFleetConfig } from "./fleet-config.js";

const logger = pino({ name: "fleet", level: "info" }, pino.destination(2));

async function readConfigFile(): Promise<FleetConfig> {
  const { values } = parseArgs({ options: { config: { type: "string" } } });
  if (values.config === undefined) {
    throw new WardkeyError("config-missing", "say which configuration to use: --config FILE.json");
  }
  const text = await readFile(values.config, "utf8").catch((cause: unknown) => {
    throw new WardkeyError("config-missing", `no configuration at ${values.config}`, { cause });
  });
  try {
    return readFleetConfig(JSON.parse(text));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "";
    throw new WardkeyError("config-invalid", `${values.config} is not a configuration of the fleet server: ${reason}`);
  }
}

async function version(): Promise<string> {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

const above = systemdAbove(process.env);

/** Resolves at the first signal to stop; a second one ends the process at once, as anybody would expect. */
const stopAsked = new Promise<string>((resolve) => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve(signal));
});

try {
  const config = await readConfigFile();
  const fleet = await startFleet({ config, clock: systemClock, logger, version: await version() });
  const { url, pageUrl, setupUrl, deviceUrl, mqttUrl } = fleet;
  process.stdout.write(`${JSON.stringify({ ready: true, url, pageUrl, setupUrl, deviceUrl, mqttUrl })}\n`);
  above.ready();
  const asked = stopAsked.then((signal) => ({ signal, exitCode: 0 }));
  const ended = fleet.ended.then((code) => ({ code, exitCode: 1 }));
  const { exitCode, ...why } = await Promise.race([asked, ended]);
  logger.info(why, "stopping");
  above.stopping();
  await fleet.stop();
  process.exitCode = exitCode;
} catch (error) {
  const message = error instanceof WardkeyError ? error.message : "the fleet server could not start or stop in order";
  logger.fatal({ code: codeOf(error) }, message);
  process.exitCode = 1;
}
