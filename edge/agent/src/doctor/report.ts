/** `unknown`: it could not be looked at from here, and `mend` says how it can. */
export type CheckStatus = "ok" | "warning" | "wrong" | "unknown";

export type CheckId =
  | "configuration"
  | "bluetooth-adapter"
  | "bluetooth-permission"
  | "camera"
  | "certificate"
  | "clock"
  | "journal-disk"
  | "models";

/** One thing that was looked at. */
export interface Check {
  readonly id: CheckId;
  readonly status: CheckStatus;
  /** Stable; `ok` when nothing is the matter. */
  readonly code: string;
  /** What is so, in a sentence. */
  readonly says: string;
  /** What to do about it, or `null`. */
  readonly mend: string | null;
}

/** What `wardkey doctor --json` prints. */
export interface DoctorReport {
  readonly v: 1;
  /** Nothing is wrong; warnings and what could not be looked at do not count. */
  readonly healthy: boolean;
  readonly checks: readonly Check[];
}

/** Exit codes, stable: 0 nothing is wrong, 1 something is, 2 wrongly used. */
export const DOCTOR_EXIT = { well: 0, wrong: 1, misused: 2 } as const;

const WORDS: Record<CheckStatus, string> = { ok: "ok", warning: "warning", wrong: "WRONG", unknown: "unknown" };
const NAMES: Record<CheckId, string> = {
  configuration: "Configuration",
  "bluetooth-adapter": "Bluetooth adapter",
  "bluetooth-permission": "Bluetooth permission",
  camera: "Camera",
  certificate: "Certificate",
  clock: "Clock",
  "journal-disk": "Disk of the journal",
  models: "Face models",
};

export function reportOf(checks: readonly Check[]): DoctorReport {
  return { v: 1, healthy: checks.every(({ status }) => status !== "wrong"), checks };
}

/** The report for people: a line for each check, and under it what to do. */
export function textOf(report: DoctorReport): string {
  const width = Math.max(...Object.values(WORDS).map(({ length }) => length));
  const lines = report.checks.flatMap(({ id, status, code, says, mend }) => {
    const line = `${WORDS[status].padEnd(width)}  ${NAMES[id]}: ${says}${code === "ok" ? "" : ` [${code}]`}`;
    return mend === null ? [line] : [line, `${" ".repeat(width + 2)}${mend}`];
  });
  return [...lines, report.healthy ? "Nothing is wrong." : "Something is wrong."].join("\n");
}

export const well = (id: CheckId, says: string): Check => ({ id, status: "ok", code: "ok", says, mend: null });
