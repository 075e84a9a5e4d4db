import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import { systemdAbove } from "@wardkey/protocol/service-manager";
import { pino } from "pino";
import { z } from "zod";
import { startAgent } from "./agent.js";
import { readConfig } from "./config.js";
import { createRealSenses } from "./real-senses.js";

/**
 * Ends by force when an orderly stop takes longer. What is locked comes first in it and takes a part of this; the service
 * manager ends the process itself after TimeoutStopSec=15 of its unit.
 */
const STOP_WITHIN_MS = 13_000;

// Synchronous, so that the last line is written before the process ends.
const log = pino({ name: "agent" }, pino.destination({ dest: 2, sync: true }));

const above = systemdAbove(process.env);

try {
  const { values } = parseArgs({ options: { config: { type: "string" } } });
  if (values.config === undefined) throw new WardkeyError("config-missing", "say which: --config FILE.json");
  const config = await readConfig(resolve(values.config));
  const starting = startAgent(config, { createSenses: createRealSenses, log, version: await version() });
  // Told to stop while it still starts, it stops once it has: what it locked already stays locked meanwhile.
  const stop = (): void => {
    above.stopping();
    const force = setTimeout(() => process.exit(1), STOP_WITHIN_MS);
    force.unref();
    starting
      .then((agent) => agent.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  const { url, pageUrl, journalFile } = await starting;
  process.stdout.write(`${JSON.stringify({ ready: true, url, pageUrl, journalFile })}\n`);
  above.ready();
} catch (error) {
  fail(error);
}

function fail(error: unknown): never {
  log.error({ code: codeOf(error) }, error instanceof Error ? error.message : "unexpected");
  process.exit(1);
}

async function version(): Promise<string> {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
