import { describe, expect, it } from "vitest";
import { takeFromFragment, takePageToken } from "./fragment.js";
import { type Incoming, type MessageSchema, type SocketLike, ViewSocket } from "./view-socket.js";

const schema: MessageSchema<Incoming<string>> = {
  safeParse: (value) =>
    typeof value === "object" && value !== null && "type" in value
      ? { success: true, data: value as Incoming<string> }
      : { success: false },
};

class SimulatedSocket implements SocketLike {
  binaryType = "blob";
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number }) => void) | null = null;
  readonly sent: unknown[] = [];
  closed = false;

  send(data: string | Uint8Array<ArrayBuffer>): void {
    this.sent.push(typeof data === "string" ? JSON.parse(data) : data);
  }

  close(): void {
    this.closed = true;
  }
}

function line(token: string | null = "secret") {
  const sockets: SimulatedSocket[] = [];
  const waits: { task: () => void; delay: number; cancelled: boolean }[] = [];
  const socket = new ViewSocket(schema, token, {
    open: () => {
      const next = new SimulatedSocket();
      sockets.push(next);
      return next;
    },
    schedule: (task, delay) => {
      const wait = { task, delay, cancelled: false };
      waits.push(wait);
      return () => {
        wait.cancelled = true;
      };
    },
    random: () => 0.5,
  });
  const newest = () => {
    const found = sockets.at(-1);
    if (found === undefined) throw new Error("nothing was opened");
    return found;
  };
  return { socket, sockets, waits, newest };
}

describe("the line to the process", () => {
  it("says hello with the token, then hands on each view", () => {
    const { socket, newest } = line();
    socket.start();
    newest().onopen?.();
    newest().onmessage?.({ data: '{"type":"view","view":"one"}' });

    expect(newest().sent).toEqual([{ type: "hello", token: "secret" }]);
    expect(socket.state).toEqual({ view: "one", connection: "open", refusal: null });
  });

  it("keeps the last view and tries again with growing pauses when the line drops", () => {
    const { socket, waits, newest } = line();
    socket.start();
    newest().onopen?.();
    newest().onmessage?.({ data: '{"type":"view","view":"one"}' });
    for (let drop = 0; drop < 7; drop++) {
      newest().onclose?.({ code: 1006 });
      waits.at(-1)?.task();
    }

    expect(waits.map(({ delay }) => delay)).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    expect(socket.state).toEqual({ view: "one", connection: "lost", refusal: null });
  });

  it("starts from the shortest pause again once a view came through", () => {
    const { socket, waits, newest } = line();
    socket.start();
    newest().onclose?.({ code: 1006 });
    waits.at(-1)?.task();
    newest().onopen?.();
    newest().onmessage?.({ data: '{"type":"view","view":"one"}' });
    newest().onclose?.({ code: 1006 });

    expect(waits.map(({ delay }) => delay)).toEqual([250, 250]);
  });

  it("stops for good when the token is refused", () => {
    const { socket, waits, newest } = line();
    socket.start();
    newest().onclose?.({ code: 4401 });

    expect([socket.state.connection, waits.length]).toEqual(["refused", 0]);
  });

  it("stops for good when the hello is refused in words", () => {
    const { socket, waits, newest } = line();
    socket.start();
    newest().onopen?.();
    newest().onmessage?.({ data: '{"type":"refused","command":"hello","code":"wrong-token"}' });

    expect([socket.state.connection, newest().closed, waits.length]).toEqual(["refused", true, 0]);
  });

  it("opens nothing without a token", () => {
    const { socket, sockets } = line(null);
    socket.start();

    expect([socket.state.connection, sockets.length]).toEqual(["refused", 0]);
  });

  it.each([["not JSON"], ['"neither"'], [new ArrayBuffer(2)]])("says so when it cannot read %s", (data) => {
    const { socket, newest } = line();
    socket.start();
    newest().onopen?.();
    newest().onmessage?.({ data });

    expect(socket.state).toEqual({ view: null, connection: "incompatible", refusal: null });
  });

  it("counts the same refusal twice as two", () => {
    const { socket, newest } = line();
    socket.start();
    newest().onopen?.();
    newest().onmessage?.({ data: '{"type":"refused","command":"enrol-begin","code":"operator-code-wrong"}' });
    newest().onmessage?.({ data: '{"type":"refused","command":"enrol-begin","code":"operator-code-wrong"}' });

    expect(socket.state.refusal).toEqual({ command: "enrol-begin", code: "operator-code-wrong", serial: 2 });
  });

  it("hands what a command found to whoever listens then, and keeps it nowhere", () => {
    const { socket, newest } = line();
    const heard: unknown[] = [];
    socket.start();
    newest().onopen?.();
    const deaf = socket.onAnswer((answer) => heard.push(answer));
    newest().onmessage?.({ data: '{"type":"answer","command":"enrol-search","answer":["Anna"]}' });
    deaf();
    newest().onmessage?.({ data: '{"type":"answer","command":"enrol-search","answer":["Berta"]}' });

    expect(heard).toEqual([["Anna"]]);
    expect(JSON.stringify(socket.state)).not.toMatch(/Anna|Berta/);
  });

  it("keeps no command for later", () => {
    const { socket, newest } = line();
    socket.start();

    expect([socket.send({ type: "lock-now" }), newest().sent]).toEqual([false, []]);
  });

  it("closes what it opened and cancels what it planned", () => {
    const { socket, waits, sockets, newest } = line();
    socket.start();
    newest().onclose?.({ code: 1006 });
    socket.stop();
    expect(waits.map(({ cancelled }) => cancelled)).toEqual([true]);

    socket.start();
    socket.stop();
    expect(sockets.map(({ closed }) => closed)).toEqual([false, true]);
  });
});

describe("the token", () => {
  function bar(hash: string) {
    const replaced: string[] = [];
    return {
      replaced,
      location: { hash, pathname: "/", search: "" },
      history: { replaceState: (_data: unknown, _unused: string, url: string) => replaced.push(url) },
    };
  }

  function memory(): Storage {
    const kept = new Map<string, string>();
    return {
      get length() {
        return kept.size;
      },
      clear: () => kept.clear(),
      key: () => null,
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    };
  }

  it("leaves the address and survives a reload in the tab's own storage", () => {
    const storage = memory();
    const first = bar("#token=abc&phone=http%3A%2F%2F127.0.0.1%3A7420%2F");

    expect(takePageToken(first, storage)).toBe("abc");
    expect(first.replaced).toEqual(["/#phone=http%3A%2F%2F127.0.0.1%3A7420%2F"]);
    expect(takePageToken(bar(""), storage)).toBe("abc");
  });

  it("is absent in a tab that never had one", () => {
    expect(takePageToken(bar(""), memory())).toBeNull();
  });

  it("leaves the address alone when nothing that was asked for is in it", () => {
    const address = bar("#other=1");

    expect(takeFromFragment(["enrol"], address)).toEqual({});
    expect(address.replaced).toEqual([]);
  });
});
