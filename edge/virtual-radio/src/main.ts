import { parseArgs } from "node:util";
import { createRoom } from "./room/room.js";
import { serveRoom } from "./transport/serve.js";

// Hosts one simulated room until it is asked to stop. One JSON line on stdout when it is ready, or why it is not.

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function host(): Promise<number> {
  const { values } = parseArgs({
    options: { socket: { type: "string" }, seed: { type: "string" } },
    strict: true,
  });
  const socketPath = values.socket ?? process.env["WARDKEY_ROOM_SOCKET"];
  const seed = Number(values.seed ?? process.env["WARDKEY_ROOM_SEED"] ?? "1");
  if (socketPath === undefined || socketPath === "" || !Number.isSafeInteger(seed)) {
    say({ ready: false, code: "usage", usage: "main.js --socket PATH [--seed NUMBER]" });
    return 2;
  }
  const room = createRoom({ seed });
  const serving = await serveRoom(room, { socketPath });
  if (serving.outcome === "refused") {
    say({ ready: false, code: serving.reason, socketPath });
    return 1;
  }
  say({ ready: true, simulated: true, socketPath, seed });
  await new Promise<void>((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("SIGINT", () => resolve());
  });
  await serving.close();
  await room.close();
  return 0;
}

process.exitCode = await host();
