import { Delete } from "@wardkey/ui/icons";
import type { MouseEvent, ReactNode } from "react";
import { useWords } from "../words.js";

export interface KeypadProps {
  readonly keys: readonly string[];
  /** `digits`: as on a telephone. */
  readonly kind: "digits" | "letters";
  readonly onKey: (key: string) => void;
  readonly onErase: () => void;
}

/**
 * Keys for fingers in gloves. They leave the focus in the field, so that a keyboard goes on writing there, and Tab steps
 * over them: who has a Tab key has the others too.
 */
export function Keypad({ keys, kind, onKey, onErase }: KeypadProps): ReactNode {
  const { t } = useWords();
  return (
    <fieldset className="keypad" data-kind={kind} aria-label={t("ways.keys")}>
      {keys.map((key) => (
        <button
          key={key}
          type="button"
          className="key"
          tabIndex={-1}
          onMouseDown={keepFocus}
          onClick={() => onKey(key)}
        >
          {key}
        </button>
      ))}
      <button
        type="button"
        className="key key-erase"
        tabIndex={-1}
        aria-label={t("ways.erase")}
        onMouseDown={keepFocus}
        onClick={onErase}
      >
        <Delete aria-hidden />
      </button>
    </fieldset>
  );
}

const keepFocus = (event: MouseEvent): void => event.preventDefault();
