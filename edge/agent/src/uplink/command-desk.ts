import { codeOf } from "@wardkey/protocol";
import { type CommandBody, type Downward, ResponseMessage } from "@wardkey/protocol/fleet";
import { type CommandActions, obeyCommand, requestOf } from "./orders.js";

/** To commands that are still on their way. */
const MAX_ANSWERS = 32;

export interface DeskSettings {
  readonly newId: () => string;
  readonly wallNow: () => number;
  readonly actions: () => CommandActions;
  readonly wipe: () => Promise<void>;
  readonly failed: (code: string) => void;
  readonly publish: (request: string, payload: string) => Promise<void>;
}

/** Obeys commands and sees that their answers arrive: one that found no connection waits for the next. */
export class CommandDesk {
  readonly #settings: DeskSettings;
  readonly #answers = new Map<string, string>();

  constructor(settings: DeskSettings) {
    this.#settings = settings;
  }

  obey({ body }: Downward<"command">, topic: string): void {
    const answer = this.#act(body);
    const request = requestOf(topic);
    const sent = request === null ? Promise.resolve() : this.#say(request, answer);
    if (body.command !== "wipe") return;
    // After the answer: afterwards there is nobody here to answer.
    const { wipe, failed } = this.#settings;
    void sent.then(wipe).catch((error: unknown) => failed(codeOf(error)));
  }

  /** There is a connection: answers that found none go out now. */
  answer(): void {
    for (const request of this.#answers.keys()) void this.#publish(request);
  }

  /** Resolves when the answer arrived, or could not be sent yet. */
  #say(request: string, answer: { status: number; code: string | null }): Promise<void> {
    const { newId, wallNow } = this.#settings;
    const message = { v: 1, id: newId(), at: Math.floor(wallNow()), kind: "response", body: answer };
    this.#answers.set(request, JSON.stringify(ResponseMessage.parse(message)));
    for (const oldest of [...this.#answers.keys()].slice(0, -MAX_ANSWERS)) this.#answers.delete(oldest);
    return this.#publish(request);
  }

  async #publish(request: string): Promise<void> {
    const payload = this.#answers.get(request);
    if (payload === undefined) return;
    try {
      await this.#settings.publish(request, payload);
      this.#answers.delete(request);
    } catch {
      // It stays, for the next connection.
    }
  }

  #act(body: CommandBody): { status: number; code: string | null } {
    try {
      return obeyCommand(body, this.#settings.actions());
    } catch (error) {
      return { status: 500, code: codeOf(error) };
    }
  }
}
