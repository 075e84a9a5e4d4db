import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { Label, Radio, RadioGroup } from "react-aria-components";

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly title: string;
  /** One sentence that says what follows. */
  readonly says?: string;
}

export interface ChoicesProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly options: readonly Choice<Value>[];
  readonly isDisabled?: boolean;
}

/** A radio group as large cards: for two to four choices that deserve a sentence each. */
export function Choices<Value extends string>({ label, onChange, options, ...rest }: ChoicesProps<Value>): ReactNode {
  const choose = (chosen: string) => {
    const option = options.find(({ value }) => value === chosen);
    if (option !== undefined) onChange(option.value);
  };
  return (
    <RadioGroup {...rest} onChange={choose} className="wk-choices">
      <Label className="wk-label">{label}</Label>
      {options.map(({ value, title, says }) => (
        <Radio key={value} value={value} className="wk-choice">
          <span className="wk-choice-mark" aria-hidden>
            <Check size={18} strokeWidth={3} />
          </span>
          <span className="wk-choice-title">{title}</span>
          {says === undefined ? null : <span className="wk-choice-says">{says}</span>}
        </Radio>
      ))}
    </RadioGroup>
  );
}
