import { beforeEach, describe, expect, it } from "vitest";
import { COVERS_CHANNEL, INPUT_CHANNEL, POSTURE_CHANNEL } from "./contract.js";
import { startShell } from "./shell.js";
import { MovedTimers, settled } from "./testing/moved-timers.js";
import { SimulatedElectron } from "./testing/simulated-electron.js";
import { BLIND_PAGE, WAITING_PAGE } from "./waiting.js";

const token = (start: string) => start.repeat(32);
const page = (start: string) => `http://127.0.0.1:7410/#token=${token(start)}`;
const bar = { v: 1, posture: "bar", height: 72 };
const whole = { x: 0, y: 0, width: 1920, height: 1080 };
const strip = { ...whole, height: 72 };

let electron: SimulatedElectron;
let timers: MovedTimers;
let reports: string[];
let agent: { up: boolean; token: string | null };

async function begin(): Promise<void> {
  await startShell({
    electron: electron.parts,
    settings: { agent: new URL("http://127.0.0.1:7410/"), tokenFile: "/token", profile: "production" },
    timers,
    isUp: async () => agent.up,
    readToken: async () => {
      if (agent.token === null) throw new Error("no such file");
      return agent.token;
    },
    report: (code) => reports.push(code),
  });
  await settled();
}

beforeEach(() => {
  electron = new SimulatedElectron();
  timers = new MovedTimers();
  reports = [];
  agent = { up: true, token: token("a") };
});

/** The page says its posture each second, as long as it lives. */
async function speak(seconds: number, message: unknown = bar): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    electron.send(POSTURE_CHANNEL, message);
    await timers.pass(1_000);
  }
}

describe("the shell", () => {
  it("runs once: a second one ends", async () => {
    electron.isFirst = false;
    await begin();
    expect([electron.done, reports, electron.windows.length]).toEqual([["exit 1"], ["already-running"], 0]);
  });

  it("is sandboxed, and knows its own scheme, before it is ready", async () => {
    await begin();
    expect(electron.done).toEqual(["sandbox", "scheme", "ready"]);
  });

  it("shows the agent's page over everything", async () => {
    await begin();
    const { loaded, bounds, isKiosk, onTop } = electron.window;
    expect({ loaded, bounds, isKiosk, onTop }).toEqual({
      loaded: [WAITING_PAGE, page("a")],
      bounds: whole,
      isKiosk: true,
      onTop: true,
    });
  });

  it("opens no window, attaches no view, follows no redirect and is not closed by hand", async () => {
    await begin();
    const { window } = electron;
    const prevented: string[] = [];
    const event = (name: string, more: object = {}) => ({ preventDefault: () => prevented.push(name), ...more });
    expect(window.webContents.opener()).toEqual({ action: "deny" });
    window.webContents.emit("will-attach-webview", event("webview"));
    window.webContents.emit("will-redirect", event("redirect"));
    window.webContents.emit("will-navigate", event("navigate", { url: "https://example.org/" }));
    window.emit("close", event("close"));
    electron.app.quit();
    window.emit("close", event("close after quit"));
    expect(prevented).toEqual(["webview", "redirect", "navigate", "close"]);
  });

  it("hands its pages and nothing else out under its scheme", async () => {
    await begin();
    const handler = electron.kiosk.handlers.get("wardkey-shell") as unknown as (request: Request) => Response;
    const answer = handler(new Request(WAITING_PAGE));
    expect([answer.status, answer.headers.get("content-security-policy")?.includes("default-src 'none'")]).toEqual([
      200,
      true,
    ]);
    expect(handler(new Request("wardkey-shell://shell/other")).status).toBe(404);
  });
});

describe("the cover", () => {
  it("is away for as long as the page says so, and no longer than three seconds after", async () => {
    await begin();
    await speak(10);
    expect([electron.window.bounds, electron.window.isKiosk]).toEqual([strip, false]);
    await timers.pass(1_999);
    expect(electron.window.bounds).toEqual(strip);
    await timers.pass(1);
    expect([electron.window.bounds, electron.window.isKiosk]).toEqual([whole, true]);
    expect(reports).toEqual(["covered", "uncovered", "covered"]);
  });

  const ends: [string, () => void | Promise<void>][] = [
    ["the page says so", () => electron.send(POSTURE_CHANNEL, { ...bar, posture: "cover" })],
    ["the page crashes", () => void electron.window.webContents.emit("render-process-gone", {}, { reason: "crashed" })],
    ["the page hangs", () => void electron.window.emit("unresponsive")],
    ["another document is loaded", () => electron.window.loadURL("http://127.0.0.1:7410/")],
  ];
  it.each(ends)("is back at once when %s", async (_what, end) => {
    await begin();
    await speak(2);
    await end();
    expect([electron.window.bounds, electron.window.isKiosk]).toEqual([whole, true]);
  });

  it("lies on every other monitor too, also on one that is plugged in while it is down", async () => {
    await begin();
    const second = { id: 2, bounds: { x: 1920, y: 0, width: 1280, height: 1024 } };
    electron.displays = [...electron.displays, second];
    electron.screen.emit("display-added");
    const blind = electron.windows[1];
    expect([blind?.bounds, blind?.onTop, blind?.loaded]).toEqual([second.bounds, true, [BLIND_PAGE]]);

    electron.send(POSTURE_CHANNEL, bar);
    expect(blind?.isDestroyed()).toBe(true);
    await timers.pass(3_000);
    expect([electron.windows.length, electron.windows[2]?.bounds]).toEqual([3, second.bounds]);
  });

  const strangers: [string, () => void][] = [
    ["a frame inside the page", () => electron.send(POSTURE_CHANNEL, bar, { frame: { url: page("a") } })],
    ["a frame that has gone", () => electron.send(POSTURE_CHANNEL, bar, { frame: null })],
    [
      "another window",
      () => {
        const frame = { url: page("a") };
        electron.send(POSTURE_CHANNEL, bar, { contents: { id: 9, mainFrame: frame }, frame });
      },
    ],
    [
      "a page that is not the agent's",
      () => {
        electron.window.webContents.mainFrame.url = WAITING_PAGE;
        electron.send(POSTURE_CHANNEL, bar);
      },
    ],
    ["the agent's page, in words that mean nothing", () => electron.send(POSTURE_CHANNEL, { ...bar, height: 4_000 })],
  ];
  it.each(strangers)("stays when %s asks", async (_who, ask) => {
    await begin();
    ask();
    expect([electron.window.bounds, reports]).toEqual([whole, ["covered", "message-refused"]]);
  });
});

describe("what the system says of the last input", () => {
  it("is answered to the page while the desktop is in use, and to nobody while it is covered", async () => {
    await begin();
    electron.idleSeconds = 40;
    await speak(1, { ...bar, posture: "cover" });
    expect(electron.ask(INPUT_CHANNEL)).toBeNull();
    electron.idleSeconds = 0;
    electron.send(POSTURE_CHANNEL, bar);
    expect(electron.ask(INPUT_CHANNEL)).toEqual({ v: 1, secondsAgo: 0 });
    electron.idleSeconds = 12;
    expect(electron.ask(INPUT_CHANNEL)).toEqual({ v: 1, secondsAgo: 12 });
    await timers.pass(3_000);
    expect([electron.ask(INPUT_CHANNEL), reports]).toEqual([null, ["covered", "uncovered", "covered"]]);
  });

  it("is nothing where the system never says of a rest", async () => {
    await begin();
    for (let second = 0; second < 30; second++) {
      await speak(1);
      expect(electron.ask(INPUT_CHANNEL)).toBeNull();
    }
  });

  const strangers: [string, () => Parameters<SimulatedElectron["ask"]>[1]][] = [
    ["a frame inside the page", () => ({ frame: { url: page("a") } })],
    ["a frame that has gone", () => ({ frame: null })],
    [
      "another window",
      () => {
        const frame = { url: page("a") };
        return { contents: { id: 9, mainFrame: frame }, frame };
      },
    ],
    [
      "a page that is not the agent's",
      () => {
        electron.window.webContents.mainFrame.url = WAITING_PAGE;
        return {};
      },
    ],
  ];
  it.each(strangers)("is kept from %s", async (_who, from) => {
    await begin();
    electron.idleSeconds = 5;
    electron.send(POSTURE_CHANNEL, bar);
    expect(electron.ask(INPUT_CHANNEL)).toEqual({ v: 1, secondsAgo: 5 });
    expect([electron.ask(INPUT_CHANNEL, from()), reports.at(-1)]).toEqual([null, "message-refused"]);
  });
});

describe("whether the shell covers", () => {
  it("is told as it is now, also when the lease has just ended", async () => {
    await begin();
    expect(electron.ask(COVERS_CHANNEL)).toBe(true);
    electron.send(POSTURE_CHANNEL, bar);
    expect(electron.ask(COVERS_CHANNEL)).toBe(false);
    electron.send(POSTURE_CHANNEL, { ...bar, posture: "cover" });
    expect([electron.ask(COVERS_CHANNEL), electron.window.bounds]).toEqual([true, whole]);
    electron.send(POSTURE_CHANNEL, bar);
    await timers.pass(3_000);
    expect([electron.ask(COVERS_CHANNEL), electron.window.bounds]).toEqual([true, whole]);
    electron.window.destroy();
    expect(electron.ask(COVERS_CHANNEL)).toBe(false);
  });

  it("is told to nobody but the agent's own page", async () => {
    await begin();
    expect(electron.ask(COVERS_CHANNEL, { frame: { url: page("a") } })).toBe(false);
    expect(electron.ask(COVERS_CHANNEL, { frame: null })).toBe(false);
    electron.window.webContents.mainFrame.url = WAITING_PAGE;
    expect([electron.ask(COVERS_CHANNEL), reports.at(-1)]).toEqual([false, "message-refused"]);
  });
});

describe("the page", () => {
  it("is waited for, behind words of the shell's own, until the agent answers", async () => {
    agent = { up: false, token: null };
    await begin();
    await timers.pass(2_000);
    agent.token = token("b");
    await timers.pass(2_000);
    expect(electron.window.loaded).toEqual([WAITING_PAGE]);
    agent.up = true;
    await timers.pass(1_000);
    expect(electron.window.loaded).toEqual([WAITING_PAGE, page("b")]);
  });

  it("is loaded anew when the agent started anew, with its new token", async () => {
    await begin();
    agent.token = token("c");
    await speak(2);
    expect(electron.window.loaded).toEqual([WAITING_PAGE, page("a"), page("c")]);
  });

  it("is loaded anew after a crash", async () => {
    await begin();
    electron.window.webContents.emit("render-process-gone", {}, { reason: "oom" });
    await timers.pass(250);
    expect(electron.window.loaded).toEqual([WAITING_PAGE, page("a"), WAITING_PAGE, page("a")]);
  });

  it("is ended and loaded anew when it says nothing for fifteen seconds", async () => {
    await begin();
    await speak(20);
    await timers.pass(17_000);
    expect(reports).toEqual(["covered", "uncovered", "covered", "page-silent", "page-crashed"]);
    expect(electron.window.loaded.at(-1)).toBe(page("a"));
  });

  it("that crashes again and again ends the process, so that a new one is started", async () => {
    await begin();
    for (let crash = 0; crash < 8; crash++) {
      electron.window.webContents.emit("render-process-gone", {}, { reason: "crashed" });
      await timers.pass(30_000);
    }
    expect(electron.done.at(-1)).toBe("exit 70");
    expect(reports.at(-1)).not.toBe("uncovered");
  });
});
