import type { ScreenView, WaysView } from "@wardkey/protocol/screen";
import { Button, Notice, type Refusal } from "@wardkey/ui";
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Frame } from "../frame.js";
import { useWords } from "../words.js";
import { Keypad } from "./keypad.js";
import { refusedKey } from "./refused-words.js";
import {
  CARD_LETTERS,
  CODE_KEYS,
  cardOf,
  DIGITS,
  digitsOf,
  FEWEST,
  FEWEST_DIGITS,
  grouped,
  lettersOf,
} from "./typed-code.js";

export interface EntryScreenProps {
  readonly view: ScreenView;
  readonly ways: Pick<WaysView, "asking" | "waitUntil">;
  readonly now: number;
  readonly kind: "code" | "pin" | "glass";
  /** Whose PIN it is, where somebody's phone has shown it. */
  readonly whose?: string;
  /** Of what was typed here last. */
  readonly refusal: Refusal | null;
  readonly onEnter: (typed: string) => void;
  readonly onBack: () => void;
  readonly onTouched: () => void;
  /** Another way, beside this one. */
  readonly offer?: ReactNode;
}

const KINDS = {
  code: {
    read: lettersOf,
    show: grouped,
    fewest: FEWEST,
    keys: CODE_KEYS,
    keypad: "letters",
    words: { line: "ways.code.line", field: "ways.code.field", hint: "ways.code.hint", asking: "ways.asking" },
  },
  glass: {
    read: cardOf,
    show: grouped,
    fewest: CARD_LETTERS,
    keys: CODE_KEYS,
    keypad: "letters",
    words: { line: "glass.code.line", field: "glass.code.field", hint: "glass.code.hint", asking: "glass.asking" },
  },
  pin: {
    read: digitsOf,
    show: (digits: string) => digits,
    fewest: FEWEST_DIGITS,
    keys: DIGITS,
    keypad: "digits",
    words: { line: "ways.pin.line", field: "ways.pin.field", hint: "ways.pin.hint", asking: "ways.asking" },
  },
} as const;

/** One field and its keys. What is typed lives here alone and goes with the answer, with the screen, or with time. */
export function EntryScreen(props: EntryScreenProps): ReactNode {
  const { view, ways, now, kind, whose, refusal, onEnter, onBack, onTouched, offer = null } = props;
  const { t, formats } = useWords();
  const [typed, setTyped] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const { read, show, fewest, keys, keypad, words } = KINDS[kind];
  const serial = refusal?.serial ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each refusal clears the field, also the same one again
  useEffect(() => {
    setTyped("");
    field.current?.focus();
  }, [serial]);

  const left = ways.waitUntil === null ? 0 : ways.waitUntil - now;
  // What locks has its own end: the words go with the wait.
  const refused = left > 0 ? "way-locked" : refusal === null || refusal.code === "way-locked" ? null : refusal.code;
  const ready = typed.length >= fewest && left <= 0 && !ways.asking;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) onEnter(typed);
  };
  const type = (text: string) => {
    onTouched();
    setTyped(read(text));
  };
  return (
    <Frame
      view={view}
      now={now}
      tone={kind === "glass" ? "stop" : "calm"}
      line={whose === undefined ? t(words.line) : t("ways.phone.pin", { name: whose })}
      picture={
        <Keypad keys={keys} kind={keypad} onKey={(key) => type(typed + key)} onErase={() => type(typed.slice(0, -1))} />
      }
    >
      <form
        className="way-form"
        data-kind={kind === "pin" ? "pin" : "code"}
        data-whose={whose}
        onSubmit={submit}
        autoComplete="off"
      >
        <div className="wk-field">
          <label className="wk-label" htmlFor={id}>
            {t(words.field)}
          </label>
          <input
            id={id}
            ref={field}
            className="wk-input way-input"
            data-kind={kind === "pin" ? "pin" : "code"}
            // A PIN is nobody's to read over a shoulder; a code works once and has to be compared with its paper.
            type={kind === "pin" ? "password" : "text"}
            inputMode="none"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            aria-describedby={`${id}-hint`}
            value={show(typed)}
            onChange={({ target }) => type(target.value)}
          />
          <p className="wk-hint" id={`${id}-hint`}>
            {t(words.hint)}
          </p>
        </div>
        <p className="wk-hidden" aria-live="polite">
          {typed === "" ? "" : t("ways.typed", { count: typed.length })}
        </p>
        <div className="way-said" aria-live="polite">
          {ways.asking || refused === null ? null : (
            <Notice tone="stop">
              {t(refusedKey(refused, whose === undefined ? kind : "phone"), { code: refused })}
            </Notice>
          )}
        </div>
        <div className="offers">
          <Button type="submit" kind="primary" large isDisabled={!ready}>
            {left > 0
              ? t("ways.wait", { left: formats.elapsed(left + 999) })
              : t(ways.asking ? words.asking : "ways.enter")}
          </Button>
          {offer}
          <Button kind="secondary" large onPress={onBack}>
            {t("ways.back")}
          </Button>
        </div>
      </form>
    </Frame>
  );
}
