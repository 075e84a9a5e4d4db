import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant } from "@wardkey/protocol";
import type { ScreenView, ToScreen } from "@wardkey/protocol/screen";
import { WebSocket } from "ws";
import { buildView, type CommandAnswer, type PageFrame, type ScreenCommand, ScreenServer } from "../screen/index.js";
import { startSession } from "../session/index.js";
import { SimulatedTime } from "./simulated-time.js";

export const TOKEN = "t".repeat(43);
export const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

/** Whoever is looked for is found as her. */
export const anna = {
  staffId: "anna",
  givenName: "Anna",
  familyName: "Rossi",
  role: "nurse",
  wards: ["Ward 3"],
  epoch: 1,
};

/** A screen server over a folder with a page, in simulated time, that remembers what pages say; all gone after `close`. */
export class ScreenRoom {
  readonly folder: string;
  readonly time = new SimulatedTime();
  readonly commands: ScreenCommand[] = [];
  readonly frames: PageFrame[] = [];
  readonly cameras: string[] = [];
  readonly covers: [object, number | "gone"][] = [];
  /** What a page hears of each frame. */
  frameAnswer: CommandAnswer = { ok: true };
  readonly #pages: Page[] = [];
  #server: ScreenServer | null = null;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<ScreenRoom> {
    const folder = await mkdtemp(join(tmpdir(), "wardkey-page-"));
    await writeFile(join(folder, "index.html"), "<!doctype html><title>kiosk</title>");
    await writeFile(join(folder, "app.js"), "export {};");
    const room = new ScreenRoom(folder);
    room.#server = await room.serve(0);
    return room;
  }

  get server(): ScreenServer {
    if (this.#server === null) throw new Error("not open");
    return this.#server;
  }

  /** Another server of the same page. */
  serve(port: number): Promise<ScreenServer> {
    return ScreenServer.start({
      port,
      pageDir: this.folder,
      token: TOKEN,
      clock: this.time,
      timers: this.time,
      command: (command) => {
        this.commands.push(command);
        if (command.type === "enrol-search") return { ok: true, answer: { search: command.search, people: [anna] } };
        return command.type === "stay" ? { ok: false, code: "not-leaving" } : { ok: true };
      },
      frame: (frame) => {
        this.frames.push(frame);
        return this.frameAnswer;
      },
      camera: (state) => void this.cameras.push(state),
      cover: {
        confirmed: (page, revision) => void this.covers.push([page, revision]),
        gone: (page) => void this.covers.push([page, "gone"]),
      },
    });
  }

  /** `token`: `null` shows none. `autoPong`: whether it answers pings. */
  async page(
    token: string | null = TOKEN,
    { autoPong = true, headers = {} }: { autoPong?: boolean; headers?: Record<string, string> } = {},
  ): Promise<Page> {
    const socket = new WebSocket(`${this.server.url.replace("http", "ws")}screen`, { headers, autoPong });
    const page = new Page(socket);
    this.#pages.push(page);
    await new Promise((resolve, reject) => {
      socket.on("open", resolve);
      socket.on("unexpected-response", (_request, response) => reject(new Error(String(response.statusCode))));
    });
    if (token !== null) page.say({ type: "hello", token });
    return page;
  }

  async close(): Promise<void> {
    for (const page of this.#pages.splice(0)) page.cut();
    await this.#server?.close();
    await rm(this.folder, { recursive: true });
  }
}

/** A kiosk's page without a browser. */
export class Page {
  readonly messages: ToScreen[] = [];
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  #waiting: (() => void)[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.on("close", (code) => resolve(code)));
    socket.on("message", (data) => {
      this.messages.push(JSON.parse(String(data)));
      for (const wake of this.#waiting.splice(0)) wake();
    });
    socket.on("error", () => {});
  }

  say(message: unknown): void {
    this.#socket.send(JSON.stringify(message));
  }

  raw(data: string | Buffer): void {
    this.#socket.send(data);
  }

  frame(sequence = 1, jpeg: Buffer = JPEG, kind = 1): void {
    const head = Buffer.alloc(5);
    head.writeUInt8(kind, 0);
    head.writeUInt32BE(sequence, 1);
    this.#socket.send(Buffer.concat([head, jpeg]));
  }

  /** Its line is cut without a word. */
  cut(): void {
    this.#socket.terminate();
  }

  /** Resolves once the server has taken everything sent before: it answers in order. */
  async heard(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#socket.once("pong", () => resolve());
      this.#socket.ping();
    });
  }

  async until(count: number): Promise<readonly ToScreen[]> {
    while (this.messages.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.messages;
  }
}

export const someView = (): ScreenView =>
  buildView({
    device: { id: "kiosk-1", name: "Workstation 1", ward: "Ward 3" },
    profile: "demo",
    livenessEnforced: false,
    session: startSession({ now: instant(5) }),
    face: null,
    challenge: null,
    cameraAttested: false,
    health: { phone: "ok", camera: "ok", fleet: "ok", journal: "ok" },
    enrolment: null,
    ways: null,
    breakGlass: null,
    frames: "off",
    cues: { sound: "off", light: true },
    now: instant(6),
    monotonic: 0,
  });
