import { createServer, type IncomingMessage, request } from "node:http";
import { pipeline } from "node:stream/promises";

/** Stands between the agent and the site and keeps all that both say, for the search for biometric bytes. */
export interface TrafficRecorder {
  readonly url: string;
  recorded(): Buffer;
  close(): Promise<void>;
}

const MOST_BYTES = 64 * 1024 * 1024;

/** Forwards HTTP to `target` under the target's own host name, heads and bodies of both directions recorded. */
export async function recordTraffic(target: string): Promise<TrafficRecorder> {
  const { hostname, port, host } = new URL(target);
  const chunks: Buffer[] = [];
  let bytes = 0;
  const keep = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`more than ${MOST_BYTES} bytes of traffic`);
    chunks.push(chunk);
  };
  const record = (first: string, message: IncomingMessage) => {
    keep(Buffer.from(`${first}\n${message.rawHeaders.join("\n")}\n`));
    message.on("data", keep);
  };

  const server = createServer((asked, answer) => {
    record(`${asked.method} ${asked.url}`, asked);
    const headers = { ...asked.headers, host };
    const forward = request({ hostname, port, method: asked.method, path: asked.url, headers }, (answered) => {
      record(`${answered.statusCode}`, answered);
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      pipeline(answered, answer).catch(() => answer.destroy());
    });
    forward.once("error", () => answer.destroy());
    pipeline(asked, forward).catch(() => forward.destroy());
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
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
