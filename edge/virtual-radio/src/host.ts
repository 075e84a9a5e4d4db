import { parseArgs } from "node:util";
import { createRoom } from "./room/room.js";
import { serveRoom } from "./transport/serve.js";

export interface HostOptions {
  /** `--socket PATH` and `--seed NUMBER`; else WARDKEY_ROOM_SOCKET and WARDKEY_ROOM_SEED. */
  readonly args: ReadonlyArray<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes one line of JSON: that the room is ready, or the code of why it is not. */
  readonly say: (line: object) => void;
  /** Ends the room. */
  readonly stop: AbortSignal;
}

const ENDED = 0;
const NOT_STARTED = 1;
const USAGE = 2;

/** Hosts one simulated room until it is told to stop. Gives the exit code: 0 ended, 1 could not start, 2 usage. */
export async function hostRoom({ args, env, say, stop }: HostOptions): Promise<number> {
  const asked = readSettings(args, env);
  if (asked === undefined) {
    say({ ready: false, code: "usage", usage: "main.js --socket PATH [--seed NUMBER]" });
    return USAGE;
  }
  const { socketPath, seed } = asked;
  const room = createRoom({ seed });
  const serving = await serveRoom(room, { socketPath });
  if (serving.outcome === "refused") {
    say({ ready: false, code: serving.reason, socketPath });
    return NOT_STARTED;
  }
  say({ ready: true, simulated: true, socketPath, seed });
  if (!stop.aborted) await new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve()));
  await serving.close();
  await room.close();
  return ENDED;
}

function readSettings(
  args: ReadonlyArray<string>,
  env: HostOptions["env"],
): { socketPath: string; seed: number } | undefined {
  try {
    const options = { socket: { type: "string" }, seed: { type: "string" } } as const;
    const { values } = parseArgs({ args: [...args], options, strict: true });
    const socketPath = values.socket ?? env["WARDKEY_ROOM_SOCKET"] ?? "";
    const seed = Number(values.seed ?? env["WARDKEY_ROOM_SEED"] ?? "1");
    return socketPath !== "" && Number.isSafeInteger(seed) ? { socketPath, seed } : undefined;
  } catch {
    return undefined;
  }
}
