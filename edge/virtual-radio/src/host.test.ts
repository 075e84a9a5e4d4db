import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hostRoom } from "./host.js";
import { connectControl } from "./index.js";
import { temporarySocket } from "./testing/socket-path.js";

interface Hosting {
  readonly said: object[];
  readonly ready: Promise<void>;
  readonly ended: Promise<number>;
  stop(): void;
}

function host(args: string[], env: Record<string, string> = {}): Hosting {
  const stopping = new AbortController();
  const said: object[] = [];
  let tellReady = (): void => {};
  const ready = new Promise<void>((resolve) => {
    tellReady = resolve;
  });
  const ended = hostRoom({
    ...{ args, env, stop: stopping.signal },
    say(line) {
      said.push(line);
      tellReady();
    },
  });
  return { said, ready, ended, stop: () => stopping.abort() };
}

describe("the room's process", () => {
  it("says that it is ready, can be reached, and takes its socket away when it is stopped", async () => {
    const { socketPath, remove } = temporarySocket();
    const hosting = host([], { WARDKEY_ROOM_SOCKET: socketPath, WARDKEY_ROOM_SEED: "9" });
    await hosting.ready;
    const connected = await connectControl({ socketPath });
    hosting.stop();
    const code = await hosting.ended;
    expect({ said: hosting.said, reached: connected.outcome, code, left: existsSync(socketPath) }).toEqual({
      said: [{ ready: true, simulated: true, socketPath, seed: 9 }],
      reached: "connected",
      code: 0,
      left: false,
    });
    remove();
  });

  it("refuses to start beside a running one", async () => {
    const { socketPath, remove } = temporarySocket();
    const first = host(["--socket", socketPath]);
    await first.ready;
    const second = host(["--socket", socketPath]);
    expect({ code: await second.ended, said: second.said }).toEqual({
      code: 1,
      said: [{ ready: false, code: "room-already-running", socketPath }],
    });
    first.stop();
    await first.ended;
    remove();
  });

  it("starts where a killed one left its socket", async () => {
    const { socketPath, remove } = temporarySocket();
    await leaveStaleSocket(socketPath);
    const hosting = host(["--socket", socketPath]);
    await hosting.ready;
    hosting.stop();
    expect({ code: await hosting.ended, said: hosting.said }).toEqual({
      code: 0,
      said: [{ ready: true, simulated: true, socketPath, seed: 1 }],
    });
    remove();
  });

  it.each([[[]], [["--socket", "x", "--seed", "many"]], [["--unknown"]]])(
    "says how it is used, given %j",
    async (args) => {
      const hosting = host(args);
      expect({ code: await hosting.ended, said: hosting.said }).toEqual({
        code: 2,
        said: [{ ready: false, code: "usage", usage: "main.js --socket PATH [--seed NUMBER]" }],
      });
    },
  );
});

async function leaveStaleSocket(socketPath: string): Promise<void> {
  const script = `require("node:net").createServer().listen(process.argv[1], () => process.stdout.write("up"))`;
  const child = spawn(process.execPath, ["-e", script, socketPath]);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await exited;
}
