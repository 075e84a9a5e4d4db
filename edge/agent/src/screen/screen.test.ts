import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant } from "@wardkey/protocol";
import { MAX_FRAME_BYTES, MAX_MESSAGE_BYTES, type ToScreen } from "@wardkey/protocol/screen";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startSession } from "../session/index.js";
import { SimulatedTime } from "../testing/simulated-time.js";
import { buildView, type CommandAnswer, type PageFrame, type ScreenCommand, ScreenServer } from "./index.js";

const TOKEN = "t".repeat(43);
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

const anna = { staffId: "anna", givenName: "Anna", familyName: "Rossi", role: "nurse", wards: ["Ward 3"], epoch: 1 };

let folder: string;
let time: SimulatedTime;
let server: ScreenServer;
let commands: ScreenCommand[];
let frames: PageFrame[];
let cameras: string[];
let frameAnswer: CommandAnswer;
let covers: [object, number | "gone"][];
const sockets: WebSocket[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-page-"));
  await writeFile(join(folder, "index.html"), "<!doctype html><title>kiosk</title>");
  await writeFile(join(folder, "app.js"), "export {};");
  time = new SimulatedTime();
  [commands, frames, cameras, frameAnswer, covers] = [[], [], [], { ok: true }, []];
  server = await ScreenServer.start({
    port: 0,
    pageDir: folder,
    token: TOKEN,
    clock: time,
    timers: time,
    command: (command) => {
      commands.push(command);
      if (command.type === "enrol-search") return { ok: true, answer: { search: command.search, people: [anna] } };
      return command.type === "stay" ? { ok: false, code: "not-leaving" } : { ok: true };
    },
    frame: (frame) => {
      frames.push(frame);
      return frameAnswer;
    },
    camera: (state) => void cameras.push(state),
    cover: {
      confirmed: (page, revision) => void covers.push([page, revision]),
      gone: (page) => void covers.push([page, "gone"]),
    },
  });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await server.close();
  await rm(folder, { recursive: true });
});

class Page {
  readonly messages: ToScreen[] = [];
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  #waiting: (() => void)[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    sockets.push(socket);
    this.closed = new Promise((resolve) => socket.on("close", (code) => resolve(code)));
    socket.on("message", (data) => {
      this.messages.push(JSON.parse(String(data)));
      for (const wake of this.#waiting.splice(0)) wake();
    });
    socket.on("error", () => {});
  }

  static async open(
    token: string | null = TOKEN,
    headers: Record<string, string> = {},
    more: { autoPong?: boolean } = {},
  ): Promise<Page> {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}screen`, { headers, ...more });
    const page = new Page(socket);
    await new Promise((resolve, reject) => {
      socket.on("open", resolve);
      socket.on("unexpected-response", (_request, response) => reject(new Error(String(response.statusCode))));
    });
    if (token !== null) page.say({ type: "hello", token });
    return page;
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

const someView = () =>
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

describe("the kiosk's own page", () => {
  it("is served with a strict policy, and the document is kept nowhere", async () => {
    const document = await fetch(server.url);
    expect(document.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(document.headers.get("content-security-policy")).not.toContain("unsafe");
    expect(document.headers.get("cache-control")).toBe("no-store");
    expect(await document.text()).toContain("kiosk");
    expect((await fetch(`${server.url}../../etc/passwd`)).status).toBe(404);
  });

  it("gets the view at once and at each change", async () => {
    server.show(someView());
    const page = await Page.open();
    await page.until(1);
    server.show(someView());
    expect(await page.until(2)).toEqual([
      { type: "view", view: someView() },
      { type: "view", view: someView() },
    ]);
  });

  it("is told which command was refused", async () => {
    const page = await Page.open();
    page.say({ type: "stay" });
    expect(await page.until(1)).toEqual([{ type: "refused", command: "stay", code: "not-leaving" }]);
  });

  it("alone is told whom it looked for; a page that looks on is not", async () => {
    const [page, onlooker] = [await Page.open(), await Page.open()];
    page.say({ type: "enrol-search", operatorCode: "482913", search: "ros" });
    expect(await page.until(1)).toEqual([
      { type: "answer", command: "enrol-search", answer: { search: "ros", people: [anna] } },
    ]);
    await onlooker.heard();
    expect(onlooker.messages).toEqual([]);
  });

  it("drives the camera from the newest page that has one; one that only looks on takes nothing away", async () => {
    const first = await Page.open();
    first.say({ type: "camera", state: "available" });
    first.frame(1);
    await first.heard();
    const onlooker = await Page.open();
    await onlooker.heard();
    first.frame(2);
    await first.heard();
    const second = await Page.open();
    second.frame(3);
    await second.heard();
    first.frame(4);
    expect(await first.until(1)).toEqual([{ type: "refused", command: "frame", code: "not-driving" }]);
    expect(frames.map((frame) => frame.sequence)).toEqual([1, 2, 3]);
    sockets.at(-1)?.terminate();
    await second.closed;
    await first.heard();
    expect(cameras).toEqual(["available", "available", "available"]);
  });
});

describe("the page that covers", () => {
  it("is told apart from others by what each answers, and from itself once it has gone", async () => {
    const [shell, tab] = [await Page.open(), await Page.open()];
    await Promise.all([shell.heard(), tab.heard()]);
    server.askCover(7);
    expect(await shell.until(1)).toEqual([{ type: "cover", revision: 7 }]);
    await tab.until(1);
    shell.say({ type: "covered", revision: 7 });
    await shell.heard();
    sockets.at(-2)?.terminate();
    while (covers.length < 2) await tab.heard();
    tab.say({ type: "covered", revision: 7 });
    await tab.heard();
    const [first, gone, second] = covers.map(([page]) => page);
    expect(covers.map(([, said]) => said)).toEqual([7, "gone", 7]);
    expect([gone === first, second === first]).toEqual([true, false]);
    expect(commands).toEqual([]);
  });

  it.each([0, 1.5, "7"])("does not number its answer %j", async (revision) => {
    const page = await Page.open();
    page.say({ type: "covered", revision });
    expect([await page.closed, covers.filter(([, said]) => said !== "gone")]).toEqual([4400, []]);
  });
});

describe("a line that fell silent", () => {
  it("is cut off after three pings that nobody answered", async () => {
    const page = await Page.open(TOKEN, {}, { autoPong: false });
    await page.heard();
    await time.advance(19_999);
    await page.heard();
    await time.advance(1);
    expect(await page.closed).toBe(1006);
  });

  it("is kept while it answers", async () => {
    const page = await Page.open();
    for (let ping = 0; ping < 8; ping++) {
      await time.advance(5_000);
      await page.heard();
    }
    server.show(someView());
    expect(await page.until(1)).toHaveLength(1);
  });
});

describe("a hostile page (threats row 24)", () => {
  it.each([
    ["another origin", { origin: "https://evil.example" }, "403"],
    ["a null origin", { origin: "null" }, "403"],
    ["a name that resolves here", { host: "kiosk.evil.example" }, "421"],
  ])("cannot connect from %s", async (_what, headers, status) => {
    await expect(Page.open(TOKEN, headers)).rejects.toThrow(status);
  });

  it("is not served under another name (DNS rebinding)", async () => {
    const { request } = await import("node:http");
    const status = await new Promise((resolve) => {
      request(server.url, { headers: { host: "evil.example" } }, (response) => resolve(response.statusCode)).end();
    });
    expect(status).toBe(421);
  });

  it("gets three tries at the token, and no view meanwhile", async () => {
    server.show(someView());
    const page = await Page.open("wrong");
    page.say({ type: "hello", token: `${TOKEN}x` });
    page.say({ type: "hello", token: "" });
    expect(await page.closed).toBe(4401);
    expect(page.messages).toEqual([
      { type: "refused", command: "hello", code: "wrong-token" },
      { type: "refused", command: "hello", code: "wrong-token" },
    ]);
  });

  it("has five seconds to show the token", async () => {
    const page = await Page.open(null);
    await page.heard();
    await time.advance(5_000);
    expect(await page.closed).toBe(4401);
  });

  it.each([
    ["a command", (page: Page) => page.say({ type: "lock-now" })],
    ["a frame", (page: Page) => page.frame()],
    ["noise", (page: Page) => page.raw("}{")],
  ])("is cut off when %s comes before the token", async (_what, send) => {
    const page = await Page.open(null);
    send(page);
    expect(await page.closed).toBe(4401);
    expect([commands, frames]).toEqual([[], []]);
  });

  it.each([
    ["no JSON", "hello?"],
    ["an unknown message", JSON.stringify({ type: "unlock" })],
    [
      "an unlock that pretends to be a view",
      JSON.stringify({ type: "view", view: { session: { state: "unlocked" } } }),
    ],
    ["an extra key", JSON.stringify({ type: "lock-now", force: true })],
    ["a second greeting", JSON.stringify({ type: "hello", token: TOKEN })],
    ["the wrong type", JSON.stringify({ type: "enrol-codes", agree: "yes" })],
    ["a prototype", '{"type":"stay","__proto__":{"agree":true}}'],
    [
      "an operator code without end",
      JSON.stringify({ type: "enrol-begin", operatorCode: "1".repeat(33), givenName: "A", familyName: "" }),
    ],
    ["a message too long", JSON.stringify({ type: "hello", token: "x".repeat(MAX_MESSAGE_BYTES) })],
    ["a frame of another kind", Buffer.from([2, 0, 0, 0, 1, ...JPEG])],
    ["a frame that is no picture", Buffer.from([1, 0, 0, 0, 1, 0x47, 0x49, 0x46])],
    ["a frame without a header", Buffer.from([1])],
    ["nothing at all", Buffer.alloc(0)],
  ])("is cut off after %s, and nothing happened", async (_what, data) => {
    const page = await Page.open();
    page.raw(data);
    expect(await page.closed).toBe(4400);
    expect([commands, frames]).toEqual([[], []]);
  });

  it("is cut off when a frame is larger than any", async () => {
    const page = await Page.open();
    page.frame(1, Buffer.concat([JPEG, Buffer.alloc(MAX_FRAME_BYTES)]));
    expect(await page.closed).toBe(1009);
    expect(frames).toEqual([]);
  });

  it("is cut off when it floods, and its frames beyond twenty a second are dropped", async () => {
    const flooder = await Page.open();
    for (let each = 0; each < 60; each++) flooder.say({ type: "stay" });
    expect(await flooder.closed).toBe(4400);
    const filmer = await Page.open();
    for (let each = 0; each < 60; each++) filmer.frame(each);
    await filmer.heard();
    expect(frames).toHaveLength(20);
  });

  it("cannot keep a session from being idle more than once a second", async () => {
    const page = await Page.open();
    for (let each = 0; each < 5; each++) page.say({ type: "activity" });
    await page.heard();
    expect(commands).toEqual([{ type: "activity" }]);
  });

  it("is told that its pictures prove nothing where the profile says so", async () => {
    frameAnswer = { ok: false, code: "camera-unattested" };
    const page = await Page.open();
    page.frame();
    expect(await page.until(1)).toEqual([{ type: "refused", command: "frame", code: "camera-unattested" }]);
  });

  it("finds no more than twelve places", async () => {
    for (let each = 0; each < 12; each++) await Page.open();
    await expect(Page.open()).rejects.toThrow("503");
  });

  it("breaks nothing with any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json(), fc.uint8Array()), async (data) => {
        const page = await Page.open();
        page.raw(typeof data === "string" ? data : Buffer.from(data));
        expect(await page.closed).toBe(4400);
      }),
      { numRuns: 100 },
    );
    expect(commands).toEqual([]);
    expect((await fetch(`${server.url}livez`)).status).toBe(200);
  });
});

it("says which port is in use and how to choose another", async () => {
  const port = Number(new URL(server.url).port);
  const again = ScreenServer.start({
    port,
    pageDir: folder,
    token: TOKEN,
    clock: time,
    timers: time,
    command: () => ({ ok: true }),
    frame: () => ({ ok: true }),
    camera: () => {},
  });
  await expect(again).rejects.toMatchObject({ code: "port-in-use", message: expect.stringContaining(`port ${port}`) });
});
