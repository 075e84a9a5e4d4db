import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";

/** One BER element (X.690), as LDAP uses them: definite lengths, tags of one byte. */
type Element = { tag: number; content: Buffer; whole: number };

const integer = (value: number): Buffer =>
  element(0x02, Buffer.of((value >> 24) & 0xff, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff));
const octets = (text: string | Buffer): Buffer => element(0x04, Buffer.from(text));

function element(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? Buffer.of(length) : Buffer.of(0x83, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff);
  return Buffer.concat([Buffer.of(tag), size, content]);
}

/** The first element of `bytes`, or `null` while it is not all there. */
function first(bytes: Buffer): Element | null {
  const [tag = 0, size = 0] = bytes;
  if (bytes.length < 2) return null;
  const extra = size < 0x80 ? 0 : size & 0x7f;
  if (bytes.length < 2 + extra) return null;
  const length = extra === 0 ? size : bytes.readUIntBE(2, extra);
  const whole = 2 + extra + length;
  return bytes.length < whole ? null : { tag, content: bytes.subarray(2 + extra, whole), whole };
}

function inside(content: Buffer): Element[] {
  const found: Element[] = [];
  for (let rest = content; rest.length > 0; ) {
    const next = first(rest);
    if (next === null) break;
    found.push(next);
    rest = rest.subarray(next.whole);
  }
  return found;
}

const PAGED = "1.2.840.113556.1.4.319";
const START_TLS = "1.3.6.1.4.1.1466.20037";
const SUCCESS = 0;
const UNAVAILABLE = 52;
const INVALID_CREDENTIALS = 49;

export type DirectoryEntry = Readonly<Record<string, string | readonly string[]>>;

/** A small LDAP server (RFC 4511): bind, paged search, StartTLS. It remembers what it heard, and over what. */
export class SimulatedDirectory {
  readonly heard: { what: "bind" | "search" | "start-tls"; secret?: string; encrypted: boolean; entries?: number }[] =
    [];
  readonly #entries: readonly DirectoryEntry[];
  readonly #options: {
    key: string;
    cert: string;
    password: string;
    tls: "ldaps" | "start-tls" | "none";
    failSearch?: boolean;
  };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(entries: readonly DirectoryEntry[], options: SimulatedDirectory["options"]) {
    this.#entries = entries;
    this.#options = options;
    const serve = (socket: Socket): void => this.#serve(socket);
    this.#server = options.tls === "ldaps" ? createTlsServer(options, serve) : createServer(serve);
    this.#server.on("connection", (socket: Socket) => this.#sockets.add(socket));
  }

  get options(): {
    key: string;
    cert: string;
    password: string;
    tls: "ldaps" | "start-tls" | "none";
    failSearch?: boolean;
  } {
    return this.#options;
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    return `${this.#options.tls === "ldaps" ? "ldaps" : "ldap"}://localhost:${port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    let buffer = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      buffer = Buffer.concat([buffer, chunk]);
      for (let message = first(buffer); message !== null; message = first(buffer)) {
        buffer = buffer.subarray(message.whole);
        if (this.#answer(socket, inside(message.content))) {
          socket.off("data", onData);
          return;
        }
      }
    };
    socket.on("data", onData);
    socket.on("error", () => socket.destroy());
  }

  /** `true`: the connection goes on in TLS. */
  #answer(socket: Socket, [id, request, controls]: Element[]): boolean {
    if (id === undefined || request === undefined) return false;
    const encrypted = socket instanceof TLSSocket;
    const send = (tag: number, code: number, ...more: Buffer[]): void => {
      const result = element(tag, element(0x0a, Buffer.of(code)), octets(""), octets(""));
      socket.write(element(0x30, integer(id.content.readUIntBE(0, id.content.length)), result, ...more));
    };
    switch (request.tag) {
      case 0x60: {
        const secret = inside(request.content)[2]?.content.toString("utf8") ?? "";
        this.heard.push({ what: "bind", secret, encrypted });
        send(0x61, secret === this.#options.password ? SUCCESS : INVALID_CREDENTIALS);
        return false;
      }
      case 0x63:
        this.#search(socket, id, controls, send);
        return false;
      case 0x77: {
        const isTls = inside(request.content)[0]?.content.toString("latin1") === START_TLS;
        this.heard.push({ what: "start-tls", encrypted });
        if (!isTls || this.#options.tls !== "start-tls") {
          send(0x78, UNAVAILABLE);
          return false;
        }
        send(0x78, SUCCESS);
        this.#serve(new TLSSocket(socket, { isServer: true, key: this.#options.key, cert: this.#options.cert }));
        return true;
      }
      default:
        return false;
    }
  }

  #search(
    socket: Socket,
    id: Element,
    controls: Element | undefined,
    send: (tag: number, code: number, ...more: Buffer[]) => void,
  ): void {
    if (this.#options.failSearch === true) {
      send(0x65, UNAVAILABLE);
      return;
    }
    const paged = inside(controls?.content ?? Buffer.alloc(0))
      .map(({ content }) => inside(content))
      .find(([oid]) => oid?.content.toString("latin1") === PAGED);
    const [page, cookie] = inside(inside(paged?.at(-1)?.content ?? Buffer.alloc(0))[0]?.content ?? Buffer.alloc(0));
    const size = page === undefined ? this.#entries.length : page.content.readUIntBE(0, page.content.length);
    const from = cookie === undefined || cookie.content.length === 0 ? 0 : Number(cookie.content.toString("latin1"));
    const shown = this.#entries.slice(from, from + size);
    this.heard.push({ what: "search", encrypted: socket instanceof TLSSocket, entries: shown.length });
    for (const [at, entry] of shown.entries()) {
      const attributes = Object.entries(entry).map(([name, values]) =>
        element(0x30, octets(name), element(0x31, ...[values].flat().map((value) => octets(value)))),
      );
      const found = element(0x64, octets(`uid=${from + at},dc=hospital`), element(0x30, ...attributes));
      socket.write(element(0x30, integer(id.content.readUIntBE(0, id.content.length)), found));
    }
    const next = from + size < this.#entries.length ? String(from + size) : "";
    const value = octets(element(0x30, integer(0), octets(next)));
    send(0x65, SUCCESS, element(0xa0, element(0x30, octets(PAGED), value)));
  }
}
