import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { runDoctor } from "./doctor.js";
import { DOCTOR_EXIT, textOf } from "./report.js";

const options = { config: { type: "string" }, json: { type: "boolean", default: false } } as const;

try {
  const { values } = parseArgs({ options, strict: true });
  const report = await runDoctor({ configFile: values.config === undefined ? null : resolve(values.config) });
  process.stdout.write(`${values.json ? JSON.stringify(report) : textOf(report)}\n`);
  process.exitCode = report.healthy ? DOCTOR_EXIT.well : DOCTOR_EXIT.wrong;
} catch {
  process.stderr.write("usage: doctor [--config FILE.json] [--json]\n");
  process.exitCode = DOCTOR_EXIT.misused;
}
