import type { Clock } from "@wardkey/protocol";
import { type PolicyContent, type PolicyFinding, parseContent } from "@wardkey/protocol/policy";
import { contentOf } from "../domain/content-of.js";
import { genesisContent } from "../domain/genesis.js";
import type { Draft, DraftOrigin, PolicyStore, Record } from "./ports.js";

const MOST_DRAFTS = 64;

export interface DraftParts {
  readonly site: string;
  readonly store: PolicyStore;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly record: Record;
  /** Where a git checkout is the source of truth, the console writes none. */
  readonly keptInFiles: boolean;
  /** A draft has another revision. */
  readonly saved: () => void;
}

export type DraftRefusal =
  | {
      readonly ok: false;
      readonly code: "policy-draft-unknown" | "policy-drafts-full" | "policy-kept-in-files" | "policy-site";
    }
  | { readonly ok: false; readonly code: "policy-malformed"; readonly findings: readonly PolicyFinding[] }
  /** Somebody else saved first. `yours` is a new draft with what was refused, so that nothing is lost. */
  | {
      readonly ok: false;
      readonly code: "policy-draft-conflict";
      readonly theirs: Draft;
      readonly yours: Draft | null;
    };
export type DraftAnswer = { readonly ok: true; readonly draft: Draft } | DraftRefusal;

/** Policies that people are writing: as many at once as there are people, none of them overwriting another. */
export class Drafts {
  readonly #parts: DraftParts;

  constructor(parts: DraftParts) {
    this.#parts = parts;
  }

  list(): Promise<readonly Draft[]> {
    return this.#parts.store.drafts();
  }

  one(id: string): Promise<Draft | null> {
    return this.#parts.store.draft(id);
  }

  /** Begins one from a version, from the newest without; why it is written, its writer says. */
  async open(input: { by: string; from?: number }): Promise<DraftAnswer> {
    if (this.#parts.keptInFiles) return { ok: false, code: "policy-kept-in-files" };
    const { store, site } = this.#parts;
    const from = await store.version(input.from ?? (await store.newest()));
    const content = from === null ? genesisContent(site, "production") : { ...contentOf(from.document), note: "" };
    return this.#add({ content, by: input.by, origin: "console" });
  }

  /** One whose content comes from files. */
  async take(input: { content: PolicyContent; by: string; origin: DraftOrigin }): Promise<DraftAnswer> {
    if (input.content.site !== this.#parts.site) return { ok: false, code: "policy-site" };
    if (this.#parts.keptInFiles && input.origin !== "checkout") return { ok: false, code: "policy-kept-in-files" };
    return this.#add(input);
  }

  /** Saves over the revision that the writer read, and over no other. */
  async save(id: string, input: { revision: number; content: unknown; by: string }): Promise<DraftAnswer> {
    const { store, clock, site, keptInFiles } = this.#parts;
    if (keptInFiles) return { ok: false, code: "policy-kept-in-files" };
    const parsed = parseContent(input.content);
    if (!parsed.ok) return { ok: false, code: "policy-malformed", findings: parsed.findings };
    const { content } = parsed;
    if (content.site !== site) return { ok: false, code: "policy-site" };
    const stored = await store.draft(id);
    if (stored === null) return { ok: false, code: "policy-draft-unknown" };
    const draft = { ...stored, revision: input.revision + 1, content, by: input.by, at: clock.now() };
    if (input.revision === stored.revision && (await store.saveDraft(draft))) {
      this.#parts.saved();
      return { ok: true, draft };
    }
    const theirs = await store.draft(id);
    if (theirs === null) return { ok: false, code: "policy-draft-unknown" };
    // The same text again is an answer that was lost, not a conflict.
    if (JSON.stringify(theirs.content) === JSON.stringify(content)) return { ok: true, draft: theirs };
    const kept = await this.#add({ content, by: input.by, origin: stored.origin, base: stored.base });
    return { ok: false, code: "policy-draft-conflict", theirs, yours: kept.ok ? kept.draft : null };
  }

  async discard(id: string, by: string): Promise<boolean> {
    const removed = await this.#parts.store.removeDraft(id);
    if (removed) await this.#parts.record("policy.draft-discarded", { draft: id, by });
    return removed;
  }

  async #add(input: { content: PolicyContent; by: string; origin: DraftOrigin; base?: number }): Promise<DraftAnswer> {
    const { store, clock, newId, record } = this.#parts;
    if ((await store.drafts()).length >= MOST_DRAFTS) return { ok: false, code: "policy-drafts-full" };
    const { content, by, origin, base = await store.newest() } = input;
    const draft: Draft = { id: newId(), revision: 1, content, base, origin, by, at: clock.now() };
    await record("policy.drafted", { draft: draft.id, by, base });
    await store.addDraft(draft);
    return { ok: true, draft };
  }
}
