import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { projectRoot } from "../project-root.js";
import { SITE } from "./advertising-phones.js";

const Heard = z.object({ heard: z.number(), holdersSeen: z.number(), near: z.number() });
type Heard = z.infer<typeof Heard>;

/** The radio and the presence of a kiosk in a process of their own, so that their processor time is theirs alone. */
export interface ListeningKiosk {
  readonly pid: number;
  heard(): Promise<Heard>;
  stop(): Promise<void>;
}

export async function startListeningKiosk(input: { socket: string; holders: number }): Promise<ListeningKiosk> {
  const entry = join(projectRoot, "edge/agent/dist/testing/listening-kiosk.js");
  const args = [entry, "--socket", input.socket, "--site", SITE, "--holders", String(input.holders)];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done === true) throw new Error("the listening kiosk ended");
    return JSON.parse(line.value);
  };
  await next();
  return {
    pid: child.pid ?? 0,
    async heard() {
      child.stdin.write("\n");
      return Heard.parse(await next());
    },
    async stop() {
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}
