import type { Clock } from "@wardkey/protocol";
import type { Credential, OpaqueTemplate } from "@wardkey/protocol/credential";
import type { Refusal } from "@wardkey/protocol/tap";
import type { HolderRef, LinkEvent } from "../presence/index.js";
import type { PhoneLink } from "../radio/index.js";
import type { TemplateKey } from "../vision/index.js";
import type { Conversation } from "./conversation.js";
import type { PhoneSession, TapOutcome, TapSession, TapTimings } from "./ports.js";
import type { Stopwatch } from "./stopwatch.js";

const RSSI_MS = 250;

export interface ProvenPhone {
  readonly holder: HolderRef;
  readonly credential: Credential;
  readonly consent: "A" | "B" | "C";
  readonly refusals: readonly Refusal[];
  readonly conversation: Conversation;
  readonly link: PhoneLink;
  readonly stopwatch: Stopwatch;
  readonly clock: Clock;
}

/** A phone that has shown its key, and the link over which it did. */
export class LinkedPhone implements PhoneSession {
  readonly holder: HolderRef;
  readonly staffId: string;
  readonly displayName: string;
  readonly epoch: number;
  readonly consent: "A" | "B" | "C";
  readonly refusals: readonly Refusal[];
  readonly #proven: ProvenPhone;
  readonly #listeners = new Set<(event: LinkEvent) => void>();
  #decided = false;
  #lost: string | undefined;
  #poll: NodeJS.Timeout | undefined;

  constructor(proven: ProvenPhone) {
    this.#proven = proven;
    this.holder = proven.holder;
    this.staffId = proven.credential.staffId;
    this.displayName = proven.credential.name;
    this.epoch = proven.credential.epoch;
    this.consent = proven.consent;
    this.refusals = proven.refusals;
  }

  get timings(): TapTimings {
    return this.#proven.stopwatch.timings;
  }

  get transcript(): Uint8Array | undefined {
    return this.#proven.conversation.transcript;
  }

  async decide(outcome: TapOutcome): Promise<void> {
    if (this.#decided || this.#lost !== undefined) return;
    this.#decided = true;
    const { conversation, stopwatch } = this.#proven;
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
    await this.#proven.conversation.end("closed");
  }

  /** What the conversation hears from now on. */
  onLink(event: LinkEvent): void {
    if (event.type === "lost") {
      this.#lost = event.code;
      clearTimeout(this.#poll);
    }
    for (const listener of this.#listeners) listener(event);
  }

  #pollStrength(): void {
    this.#poll = setTimeout(async () => {
      const dbm = await this.#proven.link.rssi();
      if (this.#lost !== undefined) return;
      if (dbm !== undefined) this.onLink({ type: "rssi", dbm });
      this.#pollStrength();
    }, RSSI_MS);
  }
}

/** A released template and the link that it came over. */
export class LinkedTap extends LinkedPhone implements TapSession {
  readonly template: OpaqueTemplate;
  readonly templateKey: TemplateKey;

  constructor(released: ProvenPhone & { readonly template: OpaqueTemplate; readonly templateKey: TemplateKey }) {
    super(released);
    this.template = released.template;
    this.templateKey = released.templateKey;
  }

  override decide(outcome: TapOutcome): Promise<void> {
    this.#erase();
    return super.decide(outcome);
  }

  override close(): Promise<void> {
    this.#erase();
    return super.close();
  }

  override onLink(event: LinkEvent): void {
    if (event.type === "lost") this.#erase();
    super.onLink(event);
  }

  #erase(): void {
    this.template.overwrite();
    this.templateKey.overwrite();
  }
}
