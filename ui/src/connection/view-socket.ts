/** `refused`: the token is not valid, trying again is of no use. `incompatible`: an answer that the page cannot read. */
export type Connection = "connecting" | "open" | "lost" | "refused" | "incompatible";

/** A command that the other side refused; `serial` grows, so that the same refusal twice is two events. */
export interface Refusal {
  readonly command: string;
  readonly code: string;
  readonly serial: number;
}

export interface SocketState<View> {
  readonly view: View | null;
  readonly connection: Connection;
  readonly refusal: Refusal | null;
}

export type Incoming<View, Answer = never> =
  | { readonly type: "view"; readonly view: View }
  | { readonly type: "refused"; readonly command: string; readonly code: string }
  | { readonly type: "answer"; readonly command: string; readonly answer: Answer }
  /** A question of the process, to be answered under the same number. */
  | { readonly type: "cover"; readonly revision: number };

/** What a zod schema offers. */
export interface MessageSchema<Message> {
  safeParse(value: unknown): { readonly success: true; readonly data: Message } | { readonly success: false };
}

/** The part of a browser's WebSocket that is used here. */
export interface SocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(): void;
}

export interface ViewSocketPorts {
  readonly open: () => SocketLike;
  /** Runs `task` after `delay` ms; the answer cancels it. */
  readonly schedule: (task: () => void, delay: number) => () => void;
  /** 0..1 */
  readonly random: () => number;
}

/** Close codes of the local sockets: a wrong or missing token. */
const WRONG_TOKEN = 4401;
const FIRST_RETRY = 250;
const LONGEST_RETRY = 5_000;

/**
 * A page's line to its process: says hello with the token, hands on whole views, tries again with growing pauses when
 * the line drops, stops when the token is refused. The last view stays while the line is down; the page dims it.
 */
export class ViewSocket<View, Answer = never> {
  readonly #schema: MessageSchema<Incoming<View, Answer>>;
  readonly #token: string | null;
  readonly #ports: ViewSocketPorts;
  readonly #listeners = new Set<() => void>();
  readonly #answered = new Set<(answer: Answer) => void>();
  readonly #asked = new Set<(revision: number) => void>();
  #state: SocketState<View> = { view: null, connection: "connecting", refusal: null };
  #socket: SocketLike | null = null;
  #open = false;
  #failures = 0;
  #refusals = 0;
  #cancelRetry: (() => void) | null = null;

  constructor(schema: MessageSchema<Incoming<View, Answer>>, token: string | null, ports: ViewSocketPorts) {
    this.#schema = schema;
    this.#token = token;
    this.#ports = ports;
  }

  get state(): SocketState<View> {
    return this.#state;
  }

  /** Bytes that wait to leave; 0 while the line is down. */
  get waiting(): number {
    return this.#open ? (this.#socket?.bufferedAmount ?? 0) : 0;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What a command found goes to whoever listens then and is kept nowhere here. */
  onAnswer(listener: (answer: Answer) => void): () => void {
    this.#answered.add(listener);
    return () => this.#answered.delete(listener);
  }

  /** Whether the page covers what is behind it, asked under a number; kept nowhere here. */
  onCover(listener: (revision: number) => void): () => void {
    this.#asked.add(listener);
    return () => this.#asked.delete(listener);
  }

  start(): void {
    if (this.#socket !== null || this.#cancelRetry !== null) return;
    if (this.#token === null) this.#show({ connection: "refused" });
    else this.#connect(this.#token);
  }

  stop(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    const socket = this.#socket;
    this.#socket = null;
    this.#open = false;
    if (socket !== null) {
      socket.onclose = null;
      socket.onmessage = null;
      socket.close();
    }
  }

  /** Answers false when the line is down: a command is never kept for later, the moment for it has passed. */
  send(message: unknown): boolean {
    return this.#put(JSON.stringify(message));
  }

  sendBytes(bytes: Uint8Array<ArrayBuffer>): boolean {
    return this.#put(bytes);
  }

  dismissRefusal(): void {
    this.#show({ refusal: null });
  }

  #put(data: string | Uint8Array<ArrayBuffer>): boolean {
    if (!this.#open || this.#socket === null) return false;
    this.#socket.send(data);
    return true;
  }

  #connect(token: string): void {
    const socket = this.#ports.open();
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#open = true;
      this.#put(JSON.stringify({ type: "hello", token }));
    };
    socket.onmessage = ({ data }) => this.#take(data);
    socket.onclose = ({ code }) => {
      this.#socket = null;
      this.#open = false;
      if (code === WRONG_TOKEN) this.#show({ connection: "refused" });
      else this.#retry(token);
    };
  }

  #retry(token: string): void {
    this.#show({ connection: "lost" });
    const pause = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** this.#failures);
    this.#failures += 1;
    this.#cancelRetry = this.#ports.schedule(
      () => {
        this.#cancelRetry = null;
        this.#connect(token);
      },
      pause * (0.75 + this.#ports.random() / 2),
    );
  }

  #take(data: unknown): void {
    const parsed = this.#schema.safeParse(jsonOf(data));
    if (!parsed.success) {
      this.#show({ connection: "incompatible" });
      return;
    }
    this.#failures = 0;
    if (parsed.data.type === "view") {
      this.#show({ view: parsed.data.view, connection: "open" });
      return;
    }
    if (parsed.data.type === "answer") {
      for (const listener of this.#answered) listener(parsed.data.answer);
      return;
    }
    if (parsed.data.type === "cover") {
      for (const listener of this.#asked) listener(parsed.data.revision);
      return;
    }
    const { command, code } = parsed.data;
    if (command === "hello") {
      this.stop();
      this.#show({ connection: "refused" });
      return;
    }
    this.#refusals += 1;
    this.#show({ connection: "open", refusal: { command, code, serial: this.#refusals } });
  }

  #show(change: Partial<SocketState<View>>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function jsonOf(data: unknown): unknown {
  if (typeof data !== "string") return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
