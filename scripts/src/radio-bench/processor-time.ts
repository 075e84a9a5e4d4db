import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

// proc(5): the fields after the command in parentheses; user and system time are the 14th and 15th of all.
const USER_AT = 11;
const SYSTEM_AT = 12;
let ticksASecond: number | undefined;

/** Processor time that a process and its threads have used so far, ms (Linux). */
export function processorMs(pid: number): number {
  ticksASecond ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[USER_AT]) + Number(fields[SYSTEM_AT])) * 1_000) / ticksASecond;
}

/** The share of one core that a process uses over so many milliseconds, percent. */
export async function coreShare(pid: number, overMs: number): Promise<number> {
  const before = { used: processorMs(pid), at: performance.now() };
  await new Promise((resolve) => setTimeout(resolve, overMs));
  const share = (processorMs(pid) - before.used) / (performance.now() - before.at);
  return Math.round(share * 1_000) / 10;
}
