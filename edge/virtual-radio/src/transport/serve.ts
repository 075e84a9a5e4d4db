import { chmodSync, rmSync, statSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import type { Room } from "../room/room.js";
import { serveClient } from "./serve-client.js";

export interface ServeOptions {
  /** A path of at most about 100 bytes, in a folder that only its owner can enter. */
  readonly socketPath: string;
}

export type ServeRefusal = "room-already-running" | "socket-path-unusable";
export type ServeOutcome =
  | { readonly outcome: "serving"; readonly socketPath: string; close(): Promise<void> }
  | { readonly outcome: "refused"; readonly reason: ServeRefusal; readonly cause?: unknown };

const MOST_CLIENTS = 256;
const PROBE_MS = 1_000;
const OWNER_ONLY = 0o600;

/**
 * Opens a room to other processes of this user. Refuses with `room-already-running` when somebody answers on the path,
 * and with `socket-path-unusable` when the path cannot be a socket. What a crashed room left behind is replaced.
 */
export async function serveRoom(room: Room, { socketPath }: ServeOptions): Promise<ServeOutcome> {
  if (await answers(socketPath)) return { outcome: "refused", reason: "room-already-running" };
  if (isSocket(socketPath)) rmSync(socketPath, { force: true });

  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    if (clients.size >= MOST_CLIENTS) {
      socket.destroy();
      return;
    }
    clients.add(socket);
    socket.on("close", () => clients.delete(socket));
    serveClient(room, socket);
  });
  try {
    await listen(server, socketPath);
  } catch (cause) {
    return { outcome: "refused", reason: "socket-path-unusable", cause };
  }
  return {
    outcome: "serving",
    socketPath,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of clients) socket.destroy();
      await closed;
    },
  };
}

async function listen(server: Server, socketPath: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // The socket file is made inside this call: with this mask nobody else can open it even for a moment.
    const mask = process.umask(0o777 & ~OWNER_ONLY);
    try {
      server.listen(socketPath, () => {
        server.off("error", reject);
        resolve();
      });
    } finally {
      process.umask(mask);
    }
  });
  chmodSync(socketPath, OWNER_ONLY);
}

function isSocket(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false;
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createConnection(socketPath);
    const finish = (answer: boolean): void => {
      probe.destroy();
      resolve(answer);
    };
    probe.setTimeout(PROBE_MS, () => finish(true));
    probe.once("connect", () => finish(true));
    probe.once("error", () => finish(false));
  });
}
