import { readFile } from "node:fs/promises";
import process from "node:process";
import { parseArgs } from "node:util";
import { codeOf } from "@wardkey/protocol";
import {
  importRecording,
  planWalk,
  readTrace,
  traceOf,
  type WalkTrace,
  writeTrace,
} from "@wardkey/virtual-radio/walks";
import { withAssumptions } from "./presence/assumed.js";
import { replayTrace } from "./presence/replay.js";

/**
 * Traces of walks, simulated and recorded.
 *
 *   node scripts/dist/src/lab-walks.js write SEED            the simulated walk of this seed, as a trace
 *   node scripts/dist/src/lab-walks.js import CAPTURE        what `btmon -w CAPTURE` recorded, as a trace
 *   node scripts/dist/src/lab-walks.js replay TRACE          what each rule does with it, one JSON document a line
 *
 * What a recording cannot tell is assumed from its `uses`: see presence/assumed.ts.
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { kiosk: { type: "string" } } });
const [command, subject] = positionals;

function put(trace: WalkTrace): void {
  for (const line of writeTrace(trace)) process.stdout.write(line);
}

try {
  if (subject === undefined) throw new Error("usage: lab-walks write SEED | import CAPTURE | replay TRACE");
  switch (command) {
    case "write":
      if (!/^\d{1,9}$/.test(subject)) throw new Error("a seed is a whole number");
      put(traceOf(planWalk(Number(subject))));
      break;
    case "import": {
      const options = values.kiosk === undefined ? {} : { kiosk: values.kiosk };
      const imported = importRecording(await readFile(subject), options);
      if (!imported.ok) throw new Error(imported.code);
      if (imported.truncated) process.stderr.write("lab-walks: the recording ends within a record\n");
      put(imported.trace);
      break;
    }
    case "replay": {
      const read = readTrace((await readFile(subject, "utf8")).split("\n"));
      if (!read.ok) throw new Error(`${read.code} in line ${read.line}`);
      for (const { rule, kiosk, events, findings } of replayTrace(withAssumptions(read.trace))) {
        process.stdout.write(`${JSON.stringify({ rule, kiosk, events, findings })}\n`);
      }
      break;
    }
    default:
      throw new Error("usage: lab-walks write SEED | import CAPTURE | replay TRACE");
  }
} catch (error) {
  process.stderr.write(`lab-walks: ${error instanceof Error ? error.message : codeOf(error)}\n`);
  process.exitCode = 1;
}
