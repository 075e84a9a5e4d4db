// `npm run campaign`: the tests with their whole counts, for a night: every byte flipped, long fuzzing, thousands of
// generated histories. Arguments go to vitest: `npm run campaign -- fleet/server/src/audit`.
import { join } from "node:path";
import { fail, root, run, setUp } from "./setup.mjs";

const HOUR_MS = 3_600_000;

try {
  await setUp({ system: ["chromium", "dbus-daemon", "ffmpeg"] });
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const args = ["run", `--testTimeout=${HOUR_MS}`, `--hookTimeout=${HOUR_MS}`, ...process.argv.slice(2)];
  const env = { WARDKEY_CAMPAIGN: "1" };
  process.exitCode = await run(process.execPath, [vitest, ...args], { allowFailure: true, env });
} catch (error) {
  fail(error);
}
