import { Button } from "@wardkey/ui";
import { Plus, X } from "@wardkey/ui/icons";
import { type ReactNode, useId, useState } from "react";
import { OfferedInput } from "../parts/offered-input.js";
import { useWords } from "../words.js";

export interface WordListFieldProps {
  readonly label: string;
  readonly words: readonly string[];
  /** What the site knows: offered while somebody types. */
  readonly known: readonly string[];
  readonly isDisabled: boolean;
  readonly onChange: (words: readonly string[]) => void;
}

/** Wards or tags: each can be taken away, others are typed or picked. */
export function WordListField({ label, words, known, isDisabled, onChange }: WordListFieldProps): ReactNode {
  const { t } = useWords();
  const [typed, setTyped] = useState("");
  const id = useId();
  const add = (): void => {
    const word = typed.trim();
    if (word !== "" && !words.includes(word)) onChange([...words, word]);
    setTyped("");
  };
  return (
    <div className="words-field">
      <label htmlFor={id}>{label}</label>
      {words.length === 0 ? <span className="wk-muted">{t("policy.group.any")}</span> : null}
      <ul className="words-list">
        {words.map((word) => (
          <li key={word}>
            {word}
            <button
              type="button"
              disabled={isDisabled}
              aria-label={t("policy.group.word.remove", { word })}
              onClick={() => onChange(words.filter((each) => each !== word))}
            >
              <X size={16} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <span className="words-add">
        <OfferedInput
          id={id}
          value={typed}
          maxLength={80}
          disabled={isDisabled}
          offered={known}
          onType={setTyped}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            add();
          }}
        />
        <Button
          kind="quiet"
          isDisabled={isDisabled || typed.trim() === ""}
          onPress={add}
          icon={<Plus size={18} aria-hidden />}
          aria-label={t("policy.group.word.add", { what: label })}
        >
          {t("policy.add")}
        </Button>
      </span>
    </div>
  );
}
