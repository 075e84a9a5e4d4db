import { execFile } from "node:child_process";
import { type Duration, seconds } from "@wardkey/protocol";

const ENDS_WITHIN: Duration = seconds(3);
const MOST_OUTPUT = 256 * 1024;

/** Runs a program without a shell. Never rejects; a program that takes too long, or is called off, is killed. */
export type RunCommand = (
  command: string,
  args: readonly string[],
  signal: AbortSignal,
  within?: Duration,
) => Promise<{ readonly ok: boolean; readonly stdout: string }>;

export const runCommand: RunCommand = (command, args, signal, within = ENDS_WITHIN) =>
  new Promise((resolve) => {
    const options = { timeout: within, maxBuffer: MOST_OUTPUT, killSignal: "SIGKILL", signal } as const;
    execFile(command, [...args], options, (error, stdout) => resolve({ ok: error === null, stdout }));
  });
