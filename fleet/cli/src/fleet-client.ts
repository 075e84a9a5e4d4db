import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import { Problem } from "@wardkey/protocol/fleet";
import { z } from "zod";

/** How the command finds its fleet server: `wardkey login` writes it, 0600. */
export const Login = z.strictObject({ url: z.url({ protocol: /^https?$/ }), token: z.string().min(16).max(256) });
export type Login = z.infer<typeof Login>;

export const loginFile = (): string =>
  process.env["WARDKEY_LOGIN_FILE"] ?? join(homedir(), ".config", "wardkey", "login.json");

const DEADLINE_MS = 30_000;

/** Calls the fleet server's HTTP interface as an administrator. Refusals are thrown with the server's code. */
export class FleetClient {
  readonly #login: Login;

  constructor(login: Login) {
    this.#login = login;
  }

  /** Throws `not-logged-in` or `login-file-exposed`. */
  static async open(): Promise<FleetClient> {
    const file = loginFile();
    const text = await readFile(file, "utf8").catch((cause: unknown) => {
      throw new WardkeyError("not-logged-in", "say where your fleet server is and who you are: wardkey login", {
        cause,
      });
    });
    if (((await stat(file)).mode & 0o077) !== 0) {
      throw new WardkeyError("login-file-exposed", `others may read ${file}: chmod 600 it, and log in again`);
    }
    const login = Login.safeParse(jsonOf(text));
    if (!login.success) throw new WardkeyError("not-logged-in", `${file} holds no login: wardkey login`);
    return new FleetClient(login.data);
  }

  /** Asks and checks the answer against `schema`. Throws the server's code, `fleet-unreachable` or `fleet-answer-malformed`. */
  async call<T>(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    schema: z.ZodType<T>,
    body?: unknown,
  ): Promise<T> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body), type: "application/json" };
    return this.#read(await this.#send({ method, path, ...sent }), schema);
  }

  /** Sends a file as it is. */
  async upload<T>(path: string, type: string, body: ReadableStream, schema: z.ZodType<T>): Promise<T> {
    return this.#read(await this.#send({ method: "POST", path, body, type }), schema);
  }

  async #read<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
    const text = await response.text();
    const json = text === "" ? null : jsonOf(text);
    if (!response.ok) throw refusalOf(response.status, json);
    const value = schema.safeParse(json);
    if (!value.success) {
      throw new WardkeyError(
        "fleet-answer-malformed",
        "the answer is not understood: are server and command of one version?",
      );
    }
    return value.data;
  }

  async #send(asked: {
    method: string;
    path: string;
    body?: string | ReadableStream;
    type?: string;
  }): Promise<Response> {
    const { method, path, body, type } = asked;
    try {
      return await fetch(new URL(path, this.#login.url), {
        method,
        redirect: "error",
        signal: AbortSignal.timeout(DEADLINE_MS),
        headers: {
          accept: "application/json",
          authorization: `Bearer ${this.#login.token}`,
          ...(type === undefined ? {} : { "content-type": type }),
        },
        // A stream has no length: undici wants to be told that it goes one way.
        ...(body === undefined ? {} : { body, duplex: "half" }),
      } as RequestInit);
    } catch (cause) {
      const why = codeOf(cause instanceof Error ? (cause.cause ?? cause) : cause);
      throw new WardkeyError("fleet-unreachable", `no answer from ${this.#login.url} (${why})`, { cause });
    }
  }
}

function refusalOf(status: number, json: unknown): WardkeyError {
  const problem = Problem.safeParse(json);
  return problem.success
    ? new WardkeyError(problem.data.code, problem.data.title)
    : new WardkeyError(`http-${status}`, `the fleet server answered ${status}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
