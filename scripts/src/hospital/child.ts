import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { WardkeyError } from "@wardkey/protocol";

/** A running process of the hospital. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** The JSON line that it printed when ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Resolves with the exit code, or `null` when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Asks it to stop in order, and ends it by force after five seconds. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  readonly name: string;
  /** Compiled entry point. */
  readonly entry: string;
  readonly args: readonly string[];
  /** Its log, appended; 0600. */
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
}

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 5_000;

/**
 * Starts a process and waits for its ready line.
 *
 * @throws WardkeyError with the process's own code (`port-in-use`, `already-running`, ...) or `not-ready`.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const log = openSync(options.logFile, "a", 0o600);
  const logStart = readFileSync(options.logFile).length;
  const child = spawn(process.execPath, [options.entry, ...options.args], {
    stdio: ["ignore", "pipe", log],
    env: { ...process.env, ...options.env },
  });
  closeSync(log);
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const ready = await readyLine(child, exited).catch(async (error: unknown) => {
    child.kill("SIGKILL");
    await exited;
    throw refusal(options, logStart, error);
  });
  return {
    name: options.name,
    pid: child.pid ?? 0,
    ready,
    exited,
    stop: () => end(child, exited, "SIGTERM"),
    kill: () => end(child, exited, "SIGKILL"),
  };
}

async function readyLine(child: ChildProcess, exited: Promise<unknown>): Promise<Record<string, unknown>> {
  return await new Promise((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error(`no ready line within ${READY_WITHIN_MS} ms`)), READY_WITHIN_MS);
    const settle = (act: () => void) => {
      clearTimeout(deadline);
      act();
    };
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text = (text + chunk).slice(0, 65_536);
      for (const line of text.split("\n").slice(0, -1)) {
        const message = parsed(line);
        if (message?.["ready"] === true) settle(() => resolve(message));
        if (message?.["ready"] === false) settle(() => reject(new WardkeyError(String(message["code"]), line)));
      }
    });
    child.once("error", (error) => settle(() => reject(error)));
    void exited.then(() => settle(() => reject(new Error("ended before it was ready"))));
  });
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** The process said its coded reason instead of being ready, or wrote it as the last JSON line of its log. */
function refusal({ name, logFile }: ChildOptions, from: number, cause: unknown): WardkeyError {
  if (cause instanceof WardkeyError) return new WardkeyError(cause.code, `${name}: ${cause.message}`, { cause });
  const lines = readFileSync(logFile).subarray(from).toString("utf8").trim().split("\n");
  const coded = lines.map(parsed).findLast((entry) => typeof entry?.["code"] === "string");
  const text = typeof coded?.["msg"] === "string" ? coded["msg"] : lines.at(-1);
  const code = typeof coded?.["code"] === "string" ? coded["code"] : "not-ready";
  return new WardkeyError(code, `${name}: ${text || "it said nothing"}`, { cause });
}

async function end(child: ChildProcess, exited: Promise<unknown>, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN_MS);
  await exited;
  clearTimeout(force);
}
