import { WardkeyError } from "@wardkey/protocol";

/** A column's word as one of those that this server writes there. Throws `issue-log-damaged` for any other. */
export function wordOf<Word extends string>(words: readonly Word[], text: string | null): Word {
  const word = words.find((known) => known === text);
  if (word === undefined)
    throw new WardkeyError("issue-log-damaged", "the issue log says what this server never writes");
  return word;
}
