import type { Clock } from "@wardkey/protocol";
import type { Credential, OpaqueTemplate } from "@wardkey/protocol/credential";
import type { Refusal } from "@wardkey/protocol/tap";
import type { HolderRef, LinkEvent } from "../presence/index.js";
import type { PhoneLink } from "../radio/index.js";
import type { TemplateKey } from "../vision/index.js";
import type { Conversation } from "./conversation.js";
import type { TapOutcome, TapSession, TapTimings } from "./ports.js";
import type { Stopwatch } from "./stopwatch.js";

const RSSI_MS = 250;

export interface ReleasedTap {
  readonly holder: HolderRef;
  readonly credential: Credential;
  readonly template: OpaqueTemplate;
  readonly templateKey: TemplateKey;
  readonly consent: "A" | "B" | "C";
  readonly refusals: readonly Refusal[];
  readonly conversation: Conversation;
  readonly link: PhoneLink;
  readonly stopwatch: Stopwatch;
  readonly clock: Clock;
}

/** A released template and the link that it came over. */
export class LinkedTap implements TapSession {
  readonly holder: HolderRef;
  readonly staffId: string;
  readonly displayName: string;
  readonly epoch: number;
  readonly consent: "A" | "B" | "C";
  readonly refusals: readonly Refusal[];
  readonly template: OpaqueTemplate;
  readonly templateKey: TemplateKey;
  readonly #released: ReleasedTap;
  readonly #listeners = new Set<(event: LinkEvent) => void>();
  #decided = false;
  #lost: string | undefined;
  #poll: NodeJS.Timeout | undefined;

  constructor(released: ReleasedTap) {
    this.#released = released;
    this.holder = released.holder;
    this.staffId = released.credential.staffId;
    this.displayName = released.credential.name;
    this.epoch = released.credential.epoch;
    this.consent = released.consent;
    this.refusals = released.refusals;
    this.template = released.template;
    this.templateKey = released.templateKey;
  }

  get timings(): TapTimings {
    return this.#released.stopwatch.timings;
  }

  get transcript(): Uint8Array | undefined {
    return this.#released.conversation.transcript;
  }

  async decide(outcome: TapOutcome): Promise<void> {
    this.#erase();
    if (this.#decided || this.#lost !== undefined) return;
    this.#decided = true;
    const { conversation, stopwatch } = this.#released;
    stopwatch.restart();
    await conversation.tell({ type: "decided", outcome });
    stopwatch.lap("m4");
    if (outcome === "unlocked" && this.#lost === undefined) this.#pollStrength();
  }

  on(listener: (event: LinkEvent) => void): () => void {
    this.#listeners.add(listener);
    // Lost before anybody listened: to be told all the same.
    const code = this.#lost;
    if (code !== undefined) queueMicrotask(() => this.#listeners.has(listener) && listener({ type: "lost", code }));
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#erase();
    await this.#released.conversation.end("closed");
  }

  /** What the conversation hears from now on. */
  onLink(event: LinkEvent): void {
    if (event.type === "lost") {
      this.#lost = event.code;
      clearTimeout(this.#poll);
      this.#erase();
    }
    for (const listener of this.#listeners) listener(event);
  }

  #pollStrength(): void {
    this.#poll = setTimeout(async () => {
      const dbm = await this.#released.link.rssi();
      if (this.#lost !== undefined) return;
      if (dbm !== undefined) this.onLink({ type: "rssi", dbm });
      this.#pollStrength();
    }, RSSI_MS);
  }

  #erase(): void {
    this.template.overwrite();
    this.templateKey.overwrite();
  }
}
