import { hostRoom } from "./host.js";

const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopping.abort());

process.exitCode = await hostRoom({
  args: process.argv.slice(2),
  env: process.env,
  say: (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
  stop: stopping.signal,
});
