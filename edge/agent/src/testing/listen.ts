import { randomInt } from "node:crypto";
import type { Server, Socket } from "node:net";

const connections = new WeakMap<Server, Set<Socket>>();

/**
 * Listens on loopback on `port`, or on a free one when that is 0. It lies below the ports that clients are given: a
 * client that knocks at a listener that is away could else be connected to itself, and keep the port from it.
 */
export async function listen(server: Server, port: number): Promise<number> {
  const open = new Set<Socket>();
  connections.set(server, open);
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  for (let attempt = 0; ; attempt++) {
    const chosen = port === 0 ? randomInt(20_000, 32_000) : port;
    const code = await new Promise<string | null>((resolve) => {
      server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "unexpected"));
      server.listen(chosen, "127.0.0.1", () => resolve(null));
    });
    server.removeAllListeners("error");
    if (code === null) return chosen;
    if (port !== 0 || attempt === 20) throw new Error(`cannot listen: ${code}`);
  }
}

/** Power off for a server that `listen` started: every connection is cut, those still shaking hands too. */
export async function cutOff(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of connections.get(server) ?? []) socket.destroy();
  await closed;
}
