import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { SiteAnswer } from "../uplink/index.js";

type Handler = (body: unknown, request: IncomingMessage) => { status: number; body: unknown };

/** A simulated site on loopback: answers what a test tells it to, by method and path. */
export class SimulatedSite {
  readonly calls: { call: string; body: unknown; token: string | undefined }[] = [];
  readonly #routes = new Map<string, Handler>();
  readonly #hanging = new Set<string>();
  readonly #server: Server;
  #port = 0;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<SimulatedSite> {
    const site = new SimulatedSite();
    await new Promise<void>((resolve) => site.#server.listen(0, "127.0.0.1", resolve));
    const address = site.#server.address();
    site.#port = typeof address === "object" && address !== null ? address.port : 0;
    return site;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  on(call: string, handler: Handler): void {
    this.#routes.set(call, handler);
  }

  refuse(call: string, status: number, code: string): void {
    this.on(call, () => ({ status, body: { type: "about:blank", title: code, status, code } }));
  }

  /** Takes the call and never answers. */
  hang(call: string): void {
    this.#hanging.add(call);
  }

  /** Calls of this kind so far. */
  count(call: string): number {
    return this.calls.filter((each) => each.call === call).length;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const call = `${request.method} ${request.url}`;
    const body: unknown = text === "" ? null : JSON.parse(text);
    this.calls.push({ call, body, token: request.headers.authorization });
    if (this.#hanging.has(call)) return;
    const answer = this.#routes.get(call)?.(body, request) ?? {
      status: 404,
      body: { type: "", title: "", status: 404, code: "not-found" },
    };
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(answer.status === 204 ? "" : JSON.stringify(answer.body));
  }
}

/** A P-256 public key that nobody has the private half of. */
export const someHolderKey = (): Uint8Array =>
  new Uint8Array(
    generateKeyPairSync("ec", { namedCurve: "prime256v1" }).publicKey.export({ format: "der", type: "spki" }),
  );

export const granted = <T>(value: T): SiteAnswer<T> => ({ ok: true, value });
