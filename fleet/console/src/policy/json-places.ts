/** Where things stand in a JSON text: what an editor needs to underline them. */

export interface Span {
  readonly from: number;
  readonly to: number;
}

export type JsonNode = Span &
  (
    | { readonly kind: "object"; readonly members: readonly JsonMember[] }
    | { readonly kind: "array"; readonly items: readonly JsonNode[] }
    | { readonly kind: "value"; readonly value: string | number | boolean | null }
  );

export interface JsonMember {
  readonly key: string;
  readonly keySpan: Span;
  readonly node: JsonNode;
}

export type JsonTree =
  | { readonly ok: true; readonly root: JsonNode; readonly repeated: readonly JsonMember[] }
  /** `at`: the first sign that cannot stand where it stands. */
  | { readonly ok: false; readonly at: number };

const DEEPEST = 32;
const SPACE = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 7: they must not stand in a string as they are
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS = { true: true, false: false, null: null } as const;

/** Reads a JSON text (RFC 8259) with the place of everything in it. A key that an object has twice is told, not lost. */
export function readJson(text: string): JsonTree {
  const reader = new Reader(text);
  try {
    const root = reader.whole();
    return { ok: true, root, repeated: reader.repeated };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, at: error.at };
    throw error;
  }
}

class Unreadable extends Error {
  readonly at: number;
  constructor(at: number) {
    super("json-unreadable");
    this.at = at;
  }
}

class Reader {
  readonly repeated: JsonMember[] = [];
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): JsonNode {
    const root = this.#node(0);
    this.#space();
    if (this.#at < this.#text.length) throw new Unreadable(this.#at);
    return root;
  }

  #node(depth: number): JsonNode {
    this.#space();
    if (depth > DEEPEST) throw new Unreadable(this.#at);
    const from = this.#at;
    switch (this.#text[from]) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case '"':
        return { kind: "value", value: this.#string(), from, to: this.#at };
      default:
        return { kind: "value", value: this.#plain(), from, to: this.#at };
    }
  }

  #object(depth: number): JsonNode {
    const from = this.#at;
    const members: JsonMember[] = [];
    const known = new Set<string>();
    this.#each("}", () => {
      this.#space();
      const keyFrom = this.#at;
      const key = this.#string();
      const keySpan = { from: keyFrom, to: this.#at };
      this.#expect(":");
      const member = { key, keySpan, node: this.#node(depth + 1) };
      if (known.has(key)) this.repeated.push(member);
      known.add(key);
      members.push(member);
    });
    return { kind: "object", members, from, to: this.#at };
  }

  #array(depth: number): JsonNode {
    const from = this.#at;
    const items: JsonNode[] = [];
    this.#each("]", () => items.push(this.#node(depth + 1)));
    return { kind: "array", items, from, to: this.#at };
  }

  /** What stands between the bracket here and `closing`, with commas. */
  #each(closing: "}" | "]", read: () => void): void {
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] === closing) {
      this.#at += 1;
      return;
    }
    for (;;) {
      read();
      this.#space();
      const sign = this.#text[this.#at];
      if (sign !== "," && sign !== closing) throw new Unreadable(this.#at);
      this.#at += 1;
      if (sign === closing) return;
    }
  }

  #string(): string {
    const text = this.#take(STRING);
    if (text === null) throw new Unreadable(this.#at);
    return JSON.parse(text) as string;
  }

  #plain(): number | boolean | null {
    for (const [word, value] of Object.entries(WORDS)) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    const number = this.#take(NUMBER);
    if (number === null) throw new Unreadable(this.#at);
    return Number(number);
  }

  #expect(sign: string): void {
    this.#space();
    if (this.#text[this.#at] !== sign) throw new Unreadable(this.#at);
    this.#at += 1;
  }

  #space(): void {
    this.#take(SPACE);
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    if (found !== null) this.#at += found.length;
    return found;
  }
}

/** The value that a tree holds; of a key that stands twice the last, as JSON.parse has it. */
export function valueIn(node: JsonNode): unknown {
  switch (node.kind) {
    case "object":
      return Object.fromEntries(node.members.map(({ key, node: member }) => [key, valueIn(member)]));
    case "array":
      return node.items.map(valueIn);
    case "value":
      return node.value;
  }
}

/** Where the deepest part of `path` that there is stands; a member with its key. */
export function spanAt(root: JsonNode, path: readonly (string | number)[]): Span {
  let node = root;
  let span: Span = { from: root.from, to: Math.min(root.to, root.from + 1) };
  for (const step of path) {
    if (node.kind === "object") {
      const member = node.members.findLast(({ key }) => key === String(step));
      if (member === undefined) return span;
      span = { from: member.keySpan.from, to: member.node.to };
      node = member.node;
    } else if (node.kind === "array") {
      const item = node.items[Number(step)];
      if (item === undefined) return span;
      span = item;
      node = item;
    } else return span;
  }
  return span;
}
