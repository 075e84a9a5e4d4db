import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { WardkeyError } from "@wardkey/protocol";
import type { Definitions } from "./rabbit-rights.js";

export interface RabbitManagementAccess {
  /** `https://…`, or `http://` on the same machine. */
  readonly url: string;
  readonly name: string;
  readonly password: string;
  /** PEM, for https. */
  readonly ca?: string;
}

const ANSWER_WITHIN = 10_000;

/** The part of RabbitMQ's management API that gives and takes rights. */
export class RabbitManagement {
  readonly #access: RabbitManagementAccess;

  constructor(access: RabbitManagementAccess) {
    this.#access = access;
  }

  async importDefinitions(definitions: Definitions): Promise<void> {
    await this.#call("POST", "/api/definitions", definitions, [201, 204]);
  }

  /** RabbitMQ ends the connections of a user that is deleted. */
  async deleteUser(name: string): Promise<void> {
    await this.#call("DELETE", `/api/users/${encodeURIComponent(name)}`, undefined, [204, 404]);
  }

  #call(method: string, path: string, body: object | undefined, good: readonly number[]): Promise<void> {
    const { url, name, password, ca } = this.#access;
    const target = new URL(path, url);
    const text = body === undefined ? "" : JSON.stringify(body);
    const options = {
      method,
      auth: `${name}:${password}`,
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(text) },
      signal: AbortSignal.timeout(ANSWER_WITHIN),
      ...(ca === undefined ? {} : { ca }),
    };
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown): void =>
        reject(new WardkeyError("broker-unreachable", "RabbitMQ's management API gave no answer", { cause }));
      const call = (target.protocol === "https:" ? requestHttps : requestHttp)(target, options, (answer) => {
        answer.resume();
        answer.once("error", fail);
        answer.once("end", () => {
          if (good.includes(answer.statusCode ?? 0)) resolve();
          else reject(new WardkeyError("broker-refuses-fleet", `${method} ${target.pathname}: ${answer.statusCode}`));
        });
      });
      call.once("error", fail);
      call.end(text);
    });
  }
}
