import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";
import type { SiteOverview } from "@wardkey/protocol/fleet";

const TOKEN = "simulated-token-of-the-status-page";
const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
/** The site server's own policy. */
const POLICY = "default-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none';object-src 'none'";

/** Serves the built page and an overview that a test changes, with the content policy and the token check of the site. */
export class SimulatedSite {
  overview: SiteOverview;
  /** Answers with this instead of the overview. */
  failure: { status: number; body: string } | null = null;
  readonly #directory: string;
  readonly #server: Server;

  constructor(directory: string, overview: SiteOverview) {
    this.#directory = directory;
    this.overview = overview;
    this.#server = createServer((request, response) => {
      const path = request.url ?? "/";
      const answer = path.startsWith("/v1/overview") ? this.#answer(request.headers.authorization) : this.#file(path);
      answer.then(
        ({ status, type, body }) => {
          response.writeHead(status, { "content-type": type, "content-security-policy": POLICY }).end(body);
        },
        () => response.writeHead(404).end(),
      );
    });
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/`;
  }

  get pageUrl(): string {
    return `${this.url}#token=${TOKEN}`;
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(authorization: string | undefined): Promise<{ status: number; type: string; body: string }> {
    const type = "application/json";
    if (authorization !== `Bearer ${TOKEN}`) return { status: 401, type, body: "{}" };
    if (this.failure !== null) return { ...this.failure, type };
    return { status: 200, type, body: JSON.stringify(this.overview) };
  }

  async #file(path: string): Promise<{ status: number; type: string; body: Buffer }> {
    const name = path === "/" ? "index.html" : path.slice(1);
    const body = await readFile(join(this.#directory, name));
    return { status: 200, type: TYPES[extname(name)] ?? "application/octet-stream", body };
  }
}
