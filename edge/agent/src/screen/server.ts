import { readdir } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import fastifyStatic from "@fastify/static";
import { type Clock, codeOf, WardkeyError } from "@wardkey/protocol";
import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES, SCREEN_SOCKET_PATH, type ScreenView } from "@wardkey/protocol/screen";
import Fastify, { type FastifyInstance } from "fastify";
import { WebSocketServer } from "ws";
import type { Timers } from "../time.js";
import { type CommandAnswer, type PageFrame, PageLink, type ScreenCommand } from "./page-link.js";

/** Pages at once: the kiosk's own, one after a reload whose end was not noticed yet, somebody who looks on. */
const LINKS_AT_MOST = 12;

export interface ScreenSettings {
  /** 0 takes any free port. */
  readonly port: number;
  readonly pageDir: string;
  readonly token: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly command: (command: ScreenCommand) => Promise<CommandAnswer> | CommandAnswer;
  readonly frame: (frame: PageFrame) => CommandAnswer;
  /** What the camera of the page that drives says of itself; "lost" when that page has gone. */
  readonly camera: (state: "available" | "denied" | "lost") => void;
  /** What pages answer to `askCover`. A page that goes is no answer any more. */
  readonly cover?: {
    readonly confirmed: (page: object, revision: number) => void;
    readonly gone: (page: object) => void;
  };
}

/** The kiosk's page and its socket, on loopback only. */
export class ScreenServer {
  readonly #settings: ScreenSettings;
  readonly #http: FastifyInstance;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES + FRAME_HEADER_BYTES,
    perMessageDeflate: false,
  });
  /** In the order in which they came, with what each says of its camera; one that only looks on says nothing. */
  readonly #links = new Map<PageLink, "available" | "denied" | "lost" | "unknown">();
  #open = 0;
  #port = 0;
  #view: ScreenView | null = null;

  private constructor(settings: ScreenSettings, http: FastifyInstance) {
    this.#settings = settings;
    this.#http = http;
  }

  /** Throws `port-in-use` when another program listens there, `page-missing` when the page was not built. */
  static async start(settings: ScreenSettings): Promise<ScreenServer> {
    const http = Fastify({
      logger: false,
      bodyLimit: 1024,
      requestTimeout: 5_000,
      routerOptions: { maxParamLength: 64 },
    });
    const screen = new ScreenServer(settings, http);
    http.addHook("onRequest", async (request, reply) => {
      if (!screen.#ownHost(request.headers.host)) return reply.code(421).send({ code: "wrong-host" });
    });
    http.addHook("onSend", async (request, reply) => {
      void reply.headers(HEADERS);
      if (!/\.(js|css|woff2|svg|png)$/.test(request.url)) void reply.header("cache-control", "no-store");
    });
    http.get("/livez", () => ({ ok: true }));
    try {
      // fastify only warns of a folder that is not there, and would answer 404 for ever.
      await readdir(settings.pageDir);
      await http.register(fastifyStatic, {
        root: settings.pageDir,
        index: "index.html",
        cacheControl: false,
        dotfiles: "ignore",
      });
    } catch (cause) {
      throw new WardkeyError("page-missing", `no page in ${settings.pageDir}: build it first`, { cause });
    }
    http.server.on("upgrade", (request, socket, head) => screen.#upgrade(request, socket, head));
    await screen.#listen();
    return screen;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  get pageUrl(): string {
    return `${this.url}#token=${this.#settings.token}`;
  }

  /** Sends the view whole to every page. */
  show(view: ScreenView): void {
    this.#view = view;
    for (const link of this.#links.keys()) link.send({ type: "view", view });
  }

  /** Asks every page whether it covers what is behind it; only the one in the shell can answer. */
  askCover(revision: number): void {
    for (const link of this.#links.keys()) link.send({ type: "cover", revision });
  }

  async close(): Promise<void> {
    for (const link of this.#links.keys()) link.close();
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    await this.#http.close();
  }

  async #listen(): Promise<void> {
    const { port } = this.#settings;
    try {
      await this.#http.listen({ host: "127.0.0.1", port });
    } catch (cause) {
      await this.#http.close();
      if (codeOf(cause) !== "EADDRINUSE") throw cause;
      throw new WardkeyError(
        "port-in-use",
        `port ${port} is in use: choose another with "port" in the agent's configuration (0 takes any)`,
        { cause },
      );
    }
    const address = this.#http.server.address();
    this.#port = typeof address === "object" && address !== null ? address.port : port;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const path = (request.url ?? "").split("?")[0];
    const refused =
      path !== SCREEN_SOCKET_PATH
        ? 404
        : !this.#ownHost(request.headers.host)
          ? 421
          : !this.#ownOrigin(request.headers.origin)
            ? 403
            : this.#open >= LINKS_AT_MOST
              ? 503
              : null;
    if (refused !== null) {
      socket.end(`HTTP/1.1 ${refused} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.#open++;
      webSocket.once("close", () => this.#open--);
      const { token, clock, timers } = this.#settings;
      new PageLink(webSocket, {
        token,
        clock,
        timers,
        greeted: (link) => this.#greeted(link),
        command: (message, link) => this.#command(message, link),
        frame: (frame, link) => this.#frame(frame, link),
        gone: (link) => this.#gone(link),
      });
    });
  }

  #greeted(link: PageLink): void {
    this.#links.set(link, "unknown");
    if (this.#view !== null) link.send({ type: "view", view: this.#view });
  }

  #command(message: ScreenCommand, link: PageLink): Promise<CommandAnswer> | CommandAnswer {
    if (message.type === "camera") return this.#camera(link, message.state);
    if (message.type !== "covered") return this.#settings.command(message);
    this.#settings.cover?.confirmed(link, message.revision);
    return { ok: true };
  }

  #camera(link: PageLink, state: "available" | "denied" | "lost"): CommandAnswer {
    this.#links.set(link, state);
    if (link === this.#driver()) this.#settings.camera(state);
    return { ok: true };
  }

  #gone(link: PageLink): void {
    const drove = link === this.#driver();
    this.#links.delete(link);
    this.#settings.cover?.gone(link);
    if (!drove) return;
    const next = this.#driver();
    const state = next === undefined ? "lost" : this.#links.get(next);
    this.#settings.camera(state === undefined || state === "unknown" ? "lost" : state);
  }

  /** Whose frames count: the newest page with a camera, else the newest that spoke of one. */
  #driver(): PageLink | undefined {
    const links = [...this.#links];
    const newest =
      links.findLast(([, state]) => state === "available") ?? links.findLast(([, state]) => state !== "unknown");
    return newest?.[0];
  }

  #frame(frame: PageFrame, link: PageLink): CommandAnswer {
    if (this.#links.get(link) === "unknown") this.#camera(link, "available");
    return link === this.#driver() ? this.#settings.frame(frame) : { ok: false, code: "not-driving" };
  }

  /** A name that merely resolves to this machine is not ours (DNS rebinding). */
  #ownHost(host: string | undefined): boolean {
    return host === `127.0.0.1:${this.#port}` || host === `localhost:${this.#port}`;
  }

  /** Browsers always say where a page comes from; a program that is no browser has the token or nothing. */
  #ownOrigin(origin: string | undefined): boolean {
    return (
      origin === undefined || origin === `http://127.0.0.1:${this.#port}` || origin === `http://localhost:${this.#port}`
    );
  }
}

const HEADERS = {
  "content-security-policy":
    "default-src 'self'; connect-src 'self' ws:; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "permissions-policy": "camera=(self), microphone=(), geolocation=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
} as const;
