import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A process of the benchmark and the line to it: one question, one answer. */
export interface Line<To, From extends { readonly type: string }> {
  readonly pid: number;
  send(message: To): void;
  /** Resolves with the next message of this type. @throws when the process ends or `withinMs` pass. */
  next<T extends From["type"]>(type: T, withinMs: number): Promise<Extract<From, { type: T }>>;
  ask<T extends From["type"]>(message: To, type: T, withinMs: number): Promise<Extract<From, { type: T }>>;
  end(message: To): Promise<void>;
}

export function startLine<To, From extends { readonly type: string }>(
  file: string,
  args: readonly string[],
): Line<To, From> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child: ChildProcess = fork(path, [...args], { execArgv: ["--expose-gc"], stdio: ["ignore", 2, 2, "ipc"] });
  const listeners = new Set<(message: From | null) => void>();
  child.on("message", (message) => {
    for (const listener of [...listeners]) listener(message as unknown as From);
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => {
      for (const listener of [...listeners]) listener(null);
      resolve();
    });
  });
  process.once("exit", () => child.kill("SIGKILL"));

  const next = <T extends From["type"]>(type: T, withinMs: number): Promise<Extract<From, { type: T }>> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(new Error(`no "${type}" within ${withinMs} ms`))), withinMs);
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        listeners.delete(listener);
        act();
      };
      const listener = (message: From | null): void => {
        if (message === null) settle(() => reject(new Error(`${file} ended`)));
        else if (message.type === type) settle(() => resolve(message as Extract<From, { type: T }>));
      };
      listeners.add(listener);
    });
  const send = (message: To): void => void child.send(message as object);
  return {
    pid: child.pid ?? 0,
    send,
    next,
    ask(message, type, withinMs) {
      const answer = next(type, withinMs);
      send(message);
      return answer;
    },
    async end(message) {
      if (child.exitCode !== null) return;
      send(message);
      const force = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await exited;
      clearTimeout(force);
    },
  };
}
