import { readFileSync } from "node:fs";

/** Resident memory of a process, KiB (Linux). */
export function residentKiB(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  if (!match?.[1]) throw new Error(`/proc/${pid}/status has no VmRSS`);
  return Number(match[1]);
}
