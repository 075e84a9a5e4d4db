import { codeOf } from "@wardkey/protocol";
import { type AgentConfig, readConfig } from "../config.js";
import { type AdapterList, listAdapters } from "../radio/index.js";
import { checkAdapter, checkPermission } from "./bluetooth-checks.js";
import { checkCamera } from "./camera-check.js";
import { checkCertificate, checkClock, checkJournalDisk } from "./kept-checks.js";
import { type Machine, thisMachine } from "./machine.js";
import { checkModels } from "./models-check.js";
import { type Check, type DoctorReport, reportOf, well } from "./report.js";

export interface DoctorInput {
  /** The agent's configuration; without it only the machine is looked at. */
  readonly configFile: string | null;
  readonly now?: () => number;
  readonly machine?: Machine;
  readonly adapters?: () => AdapterList;
  /** Where programs are, as in `PATH`. */
  readonly searchPath?: string;
}

/** Looks at everything that a kiosk's agent needs and says what is wrong with it. Changes nothing; never throws. */
export async function runDoctor(input: DoctorInput): Promise<DoctorReport> {
  const { configFile, now = Date.now, machine = thisMachine(), adapters = listAdapters } = input;
  const searchPath = input.searchPath ?? process.env["PATH"] ?? "";
  const { config, check } = await configured(configFile);
  const isAgent = (line: string): boolean =>
    /(^|[/ ])(wardkey-agent|agent\/dist\/main\.js)( |$)/.test(line) &&
    (configFile === null || line.includes(configFile));

  const checks: Check[] = [check];
  if (config?.radio.kind === "virtual") {
    checks.push({
      id: "bluetooth-adapter",
      status: "warning",
      code: "radio-simulated",
      says: "The radio is a simulated one; no phone outside this machine is heard.",
      mend: 'For real phones: "radio": {"kind": "bluetooth"}',
    });
  } else {
    checks.push(
      await checkAdapter(machine, adapters(), config?.radio.adapter),
      await checkPermission(machine, isAgent),
    );
  }
  if (config !== null) {
    checks.push(
      await checkCamera(machine, config, searchPath),
      await checkCertificate(machine, config, now()),
      await checkJournalDisk(machine, config.dataDir),
      await checkModels(machine.at(config.modelsDir)),
    );
  }
  checks.push(await checkClock(machine, config?.dataDir ?? null, now()));
  return reportOf(checks);
}

async function configured(file: string | null): Promise<{ config: AgentConfig | null; check: Check }> {
  const id = "configuration";
  if (file === null) {
    const mend = "Say which: --config FILE.json";
    const says = "No configuration was named: only the machine is looked at.";
    return { config: null, check: { id, status: "unknown", code: "config-not-named", says, mend } };
  }
  try {
    return { config: await readConfig(file), check: well(id, `${file} is well formed.`) };
  } catch (error) {
    const says = error instanceof Error ? `${error.message}.` : `${file} cannot be read.`;
    return { config: null, check: { id, status: "wrong", code: codeOf(error), says, mend: "Correct it." } };
  }
}
