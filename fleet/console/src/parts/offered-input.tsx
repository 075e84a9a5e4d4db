import { type ComponentProps, type ReactNode, useId } from "react";

type Native = Omit<ComponentProps<"input">, "className" | "list" | "onChange" | "spellCheck" | "value">;

export interface OfferedInputProps extends Native {
  readonly id: string;
  readonly value: string;
  /** What somebody may pick while they type; anything else can be typed too. */
  readonly offered: readonly string[];
  readonly onType: (typed: string) => void;
}

/** A line to type into, with names to pick from: the browser's own list. */
export function OfferedInput({ offered, onType, ...native }: OfferedInputProps): ReactNode {
  const list = useId();
  return (
    <>
      <input
        {...native}
        className="wk-input"
        list={list}
        spellCheck={false}
        onChange={({ target }) => onType(target.value)}
      />
      <datalist id={list}>
        {[...new Set(offered)].map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </>
  );
}
