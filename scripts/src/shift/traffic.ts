import { connect, createServer, type Socket } from "node:net";

/** Stands between the agent and the site and keeps every byte of both directions, for the search for biometric bytes. */
export interface TrafficRecorder {
  readonly url: string;
  recorded(): Buffer;
  close(): Promise<void>;
}

const MOST_BYTES = 64 * 1024 * 1024;

export async function recordTraffic(target: string): Promise<TrafficRecorder> {
  const { hostname, port } = new URL(target);
  const chunks: Buffer[] = [];
  const open = new Set<Socket>();
  let bytes = 0;
  const keep = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`more than ${MOST_BYTES} bytes of traffic`);
    chunks.push(chunk);
  };
  const server = createServer((client) => {
    const upstream = connect({ host: hostname, port: Number(port) });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.on("data", (chunk: Buffer) => {
        keep(chunk);
        to.write(chunk);
      });
      from.once("error", () => to.destroy());
      from.once("close", () => {
        open.delete(from);
        to.end();
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    recorded: () => Buffer.concat(chunks),
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
