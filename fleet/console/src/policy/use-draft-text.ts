import type { PolicyContent } from "@wardkey/protocol/policy";
import { useEffect, useMemo, useState } from "react";
import type { Draft } from "./answers.js";
import { forgetText, keepText, keptText } from "./kept-text.js";
import { type ParsedText, parseText, textOf } from "./policy-text.js";

/** The revision of the site over which somebody writes. */
interface Over {
  readonly revision: number;
  readonly text: string;
}

export interface DraftText {
  readonly text: string;
  readonly parsed: ParsedText;
  /** What the form shows: the text as it was when it could be read last. */
  readonly content: PolicyContent;
  readonly revision: number;
  /** What was saved and written over; what two changes are compared with. */
  readonly base: PolicyContent;
  readonly isChanged: boolean;
  /** When it was typed, if that was before this page was opened. */
  readonly restoredFrom: number | null;
  /** Somebody else saved meanwhile, while something here is not saved. */
  readonly isOvertaken: boolean;
  readonly type: (text: string) => void;
  /** From the form: only while the text can be read, so that it never overwrites what is being typed. */
  readonly edit: (change: (content: PolicyContent) => PolicyContent) => void;
  /** The site has this revision, and it is what is shown. */
  readonly settle: (draft: Pick<Draft, "revision" | "content">) => void;
  /** Goes on over another revision with what was made of both. */
  readonly takeOver: (theirs: Pick<Draft, "revision" | "content">, merged: PolicyContent) => void;
}

const overOf = ({ revision, content }: Pick<Draft, "revision" | "content">): Over => ({
  revision,
  text: textOf(content),
});

/** The text that somebody writes over a saved revision; kept by the browser until the site has it. */
export function useDraftText(draft: Draft): DraftText {
  const { id } = draft;
  const [kept] = useState(() => keptText(localStorage, id));
  const [over, setOver] = useState<Over>(() =>
    kept === null ? overOf(draft) : { revision: kept.revision, text: kept.base },
  );
  const [text, setText] = useState(() => kept?.text ?? over.text);
  const [good, setGood] = useState(draft.content);
  const [restoredFrom, setRestoredFrom] = useState(kept?.at ?? null);
  const parsed = useMemo(() => parseText(text), [text]);
  const base = useMemo(() => {
    const read = parseText(over.text);
    return read.ok ? read.content : draft.content;
  }, [over.text, draft.content]);
  const isChanged = text !== over.text;
  const isNewer = draft.revision > over.revision;
  const settle = (next: Pick<Draft, "revision" | "content">): void => {
    setOver(overOf(next));
    setText(textOf(next.content));
    setRestoredFrom(null);
    setGood(next.content);
  };
  useEffect(() => {
    if (parsed.ok) setGood(parsed.content);
  }, [parsed]);
  useEffect(() => {
    if (isChanged) keepText(localStorage, id, { revision: over.revision, base: over.text, text, at: Date.now() });
    else forgetText(localStorage, id);
  }, [id, over, text, isChanged]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: who has changed nothing follows the site
  useEffect(() => {
    if (isNewer && !isChanged) settle(draft);
  }, [isNewer, isChanged, draft]);
  return {
    text,
    parsed,
    content: parsed.ok ? parsed.content : good,
    revision: over.revision,
    base,
    isChanged,
    restoredFrom: isChanged ? restoredFrom : null,
    isOvertaken: isNewer && isChanged,
    type: setText,
    edit: (change) => {
      if (parsed.ok) setText(textOf(change(parsed.content)));
    },
    settle,
    takeOver: (theirs, merged) => {
      setOver(overOf(theirs));
      setText(textOf(merged));
      setRestoredFrom(null);
      setGood(merged);
    },
  };
}
