import { SoftPasskey } from "./soft-passkey.js";

export type Answer = { status: number; headers: Headers; body: Record<string, unknown>; code: string | null };

/** Somebody at a browser: keeps the cookie, says where its requests come from, holds a passkey. */
export class Visitor {
  readonly #originOf: () => string;
  passkey = new SoftPasskey();
  cookie: string | null = null;
  login = "";

  constructor(originOf: () => string) {
    this.#originOf = originOf;
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.#originOf()}${path}`, {
      method,
      headers: {
        ...(this.cookie === null ? {} : { cookie: this.cookie }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(method === "GET" ? {} : { origin: this.#originOf(), "sec-fetch-site": "same-origin" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "manual",
    });
    const set = response.headers.get("set-cookie");
    if (set !== null) this.cookie = set.split(";")[0] ?? null;
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "") && text !== "";
    const read = (isJson ? JSON.parse(text) : { text }) as Record<string, unknown>;
    const code = typeof read?.["code"] === "string" && response.status >= 400 ? read["code"] : null;
    return { status: response.status, headers: response.headers, body: read, code };
  }

  async register(secret: string, login: string): Promise<Answer> {
    this.login = login;
    const who = { secret, login, name: login };
    const options = await this.call("POST", "/v1/invitation/passkey/options", who);
    const challenge = String(options.body["challenge"] ?? "");
    const response = this.passkey.register({ challenge, origin: this.#originOf() });
    return this.call("POST", "/v1/invitation/passkey", { ...who, response, keyName: "Laptop" });
  }

  async signIn(): Promise<Answer> {
    const options = await this.call("POST", "/v1/session/passkey/options");
    const challenge = String(options.body["challenge"]);
    return this.call("POST", "/v1/session/passkey", {
      response: this.passkey.sign({ challenge, origin: this.#originOf() }),
    });
  }

  /** Answers the challenge of a proposal with this visitor's passkey. */
  async approve(id: string): Promise<Answer> {
    const options = await this.call("POST", `/v1/approvals/${id}/challenge`);
    if (options.status !== 200) return options;
    const challenge = String(options.body["challenge"]);
    const response = this.passkey.sign({ challenge, origin: this.#originOf() });
    return this.call("POST", `/v1/approvals/${id}/approve`, { response });
  }
}
