import type { KeyObject } from "node:crypto";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";
import { expect } from "vitest";

export interface ClientParts {
  readonly url: string;
  readonly root: Uint8Array;
  readonly identity?: { readonly certificate: Uint8Array; readonly key: KeyObject };
  readonly session?: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly code: string | null;
  readonly body: unknown;
  readonly headers: string;
}

/** One TLS connection of a device, over which it may ask again and again. */
export class TlsClient {
  readonly #socket: TLSSocket;
  #session: Buffer | null = null;

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.on("session", (session: Buffer) => {
      this.#session = session;
    });
  }

  static async open({ url, root, identity, session }: ClientParts): Promise<TlsClient> {
    const { hostname, port } = new URL(url);
    const socket = connect({
      host: hostname,
      port: Number(port),
      ca: pemOf(root),
      minVersion: "TLSv1.3",
      ...(identity === undefined ? {} : { cert: pemOf(identity.certificate), key: pemOfKey(identity.key) }),
      ...(session === undefined ? {} : { session }),
    });
    const client = new TlsClient(socket);
    await once(socket, "secureConnect");
    return client;
  }

  get resumed(): boolean {
    return this.#socket.isSessionReused();
  }

  get serverKey(): string {
    return this.#socket.getPeerX509Certificate()?.publicKey.export({ format: "jwk" }).x ?? "none";
  }

  /** What resumes this session later: the server hands it out after the handshake. */
  get session(): Buffer {
    expect(this.#session).not.toBe(null);
    return this.#session ?? Buffer.alloc(0);
  }

  async ask(
    method: string,
    path: string,
    { headers = {}, body = "" }: { headers?: Record<string, string>; body?: string } = {},
  ): Promise<Answer> {
    const lines = [`${method} ${path} HTTP/1.1`, "host: 127.0.0.1", `content-length: ${Buffer.byteLength(body)}`];
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
    this.#socket.write(`${lines.join("\r\n")}\r\n\r\n${body}`);
    let text = "";
    for (;;) {
      const [chunk]: Buffer[] = await once(this.#socket, "data", { signal: AbortSignal.timeout(10_000) });
      text += chunk?.toString("latin1") ?? "";
      const answer = parse(text);
      if (answer !== null) return answer;
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

function parse(text: string): Answer | null {
  const [head, body] = text.split("\r\n\r\n", 2);
  const length = Number(/content-length: (\d+)/i.exec(head ?? "")?.[1] ?? 0);
  if (head === undefined || body === undefined || body.length < length) return null;
  const json: unknown = /content-type: [^\r]*json/i.test(head) ? JSON.parse(body) : body;
  const code = typeof json === "object" && json !== null && "code" in json ? String(json.code) : null;
  return { status: Number(head.split(" ")[1]), code, body: json, headers: head };
}

const pemOf = (der: Uint8Array): string => new X509Certificate(der).toString();
const pemOfKey = (key: KeyObject): string => key.export({ format: "pem", type: "pkcs8" }).toString();
