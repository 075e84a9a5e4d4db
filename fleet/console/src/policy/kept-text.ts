import { z } from "zod";
import { MAX_TEXT } from "./policy-text.js";

/** What somebody typed and did not save yet, kept by their browser: a lost connection, a reload, a closed lid lose nothing. */
export interface KeptText {
  /** The revision that it was typed over. */
  readonly revision: number;
  /** That revision, as text: what both changes are compared with when somebody else saved meanwhile. */
  readonly base: string;
  readonly text: string;
  readonly at: number;
}

const Text = z.string().max(MAX_TEXT);
const Kept = z.object({ revision: z.number().int(), base: Text, text: Text, at: z.number() });
const keyOf = (draft: string): string => `wardkey.policy-draft.${draft}`;

/** Where a browser keeps text; some forbid it, and then nothing is kept. */
export type TextStore = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export function keepText(store: TextStore, draft: string, kept: KeptText): boolean {
  try {
    store.setItem(keyOf(draft), JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

/** `null` for nothing, and for what is not ours. */
export function keptText(store: TextStore, draft: string): KeptText | null {
  try {
    const read = Kept.safeParse(JSON.parse(store.getItem(keyOf(draft)) ?? "null"));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

export function forgetText(store: TextStore, draft: string): void {
  try {
    store.removeItem(keyOf(draft));
  } catch {
    // What is forbidden was not kept either.
  }
}
