import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { WardkeyError } from "@wardkey/protocol";
import type { Terminal } from "./terminal.js";

/** The terminal of this process. */
export const processTerminal: Terminal = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
  async ask(question, { secret = false } = {}) {
    if (!process.stdin.isTTY) throw new WardkeyError("no-terminal", `nobody can be asked for "${question}" here`);
    process.stderr.write(`${question}: `);
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const reader = createInterface({ input: process.stdin, output: secret ? silent : process.stderr, terminal: true });
    try {
      return await reader.question("");
    } finally {
      reader.close();
      if (secret) process.stderr.write("\n");
    }
  },
};
