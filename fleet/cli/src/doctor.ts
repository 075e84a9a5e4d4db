import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { WardkeyError } from "@wardkey/protocol";
import { z } from "zod";
import type { CommandGroup } from "./command.js";
import { Reported } from "./reported.js";
import { printable } from "./terminal.js";

const CONFIG = "/etc/wardkey/agent.json";
const WITHIN_MS = 60_000;

const Check = z.object({
  id: z.string(),
  status: z.enum(["ok", "warning", "wrong", "unknown"]),
  code: z.string(),
  says: z.string(),
  mend: z.string().nullable(),
});
const Report = z.object({ v: z.literal(1), healthy: z.boolean(), checks: z.array(Check) });
type Report = z.infer<typeof Report>;

/** `wardkey doctor`: the agent that is installed on this machine says what is wrong with it, in a process of its own. */
export const doctorCommands: CommandGroup = (program, { result }) => {
  program
    .command("doctor")
    .description("What is wrong with the kiosk on this machine: Bluetooth, camera, certificate, clock, disk, models")
    .option("--config <FILE>", `of its agent; ${CONFIG} where there is one`)
    .option("--agent <FOLDER>", "where the agent is installed; WARDKEY_AGENT, or beside this command")
    .action(async ({ config, agent }: { config?: string; agent?: string }) => {
      const file = config ?? (existsSync(CONFIG) ? CONFIG : undefined);
      const report = await ask(entryOf(agent), file === undefined ? [] : ["--config", resolve(file)]);
      result(report, textOf(report));
      if (!report.healthy) throw new Reported("doctor-found-something");
    });
};

function entryOf(folder: string | undefined): string {
  const beside = fileURLToPath(new URL("../../../edge/agent", import.meta.url));
  const entry = resolve(folder ?? process.env["WARDKEY_AGENT"] ?? beside, "dist/doctor/main.js");
  if (existsSync(entry)) return entry;
  throw new WardkeyError("agent-not-here", "no kiosk agent is installed on this machine (--agent says where it is)");
}

function ask(entry: string, args: readonly string[]): Promise<Report> {
  return new Promise((settle, reject) => {
    const child = spawn(process.execPath, [entry, "--json", ...args], {
      stdio: ["ignore", "pipe", "inherit"],
      timeout: WITHIN_MS,
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    child.once("error", (cause) =>
      reject(new WardkeyError("agent-not-run", "the agent could not be asked", { cause })),
    );
    child.once("close", () => {
      const read = Report.safeParse(jsonOf(text));
      if (read.success) settle(read.data);
      else reject(new WardkeyError("agent-not-understood", "the agent's doctor said something else than a report"));
    });
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const WORDS = { ok: "ok", warning: "warning", wrong: "WRONG", unknown: "unknown" } as const;
const WIDTH = Math.max(...Object.values(WORDS).map(({ length }) => length));

function textOf({ checks, healthy }: Report): string {
  const lines = checks.flatMap(({ id, status, code, says, mend }) => {
    const line = `${WORDS[status].padEnd(WIDTH)}  ${id}: ${printable(says)}${code === "ok" ? "" : ` [${code}]`}`;
    return mend === null ? [line] : [line, `${" ".repeat(WIDTH + 2)}${printable(mend)}`];
  });
  return [...lines, healthy ? "Nothing is wrong." : "Something is wrong."].join("\n");
}
