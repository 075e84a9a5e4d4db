// `npm test`: sets up, then runs every test. Arguments go to vitest: `npm test -- edge/agent`.
import { join } from "node:path";
import { fail, root, run, setUp } from "./setup.mjs";

try {
  await setUp({ system: ["chromium", "dbus-daemon", "ffmpeg"] });
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  process.exitCode = await run(process.execPath, [vitest, "run", ...process.argv.slice(2)], { allowFailure: true });
} catch (error) {
  fail(error);
}
