import { type ReactNode, useId } from "react";

export interface SegmentsProps<Value extends string> {
  /** Read out. */
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly title: string; readonly count?: string }[];
  readonly onChange: (value: Value) => void;
}

/** One of a few views, side by side. */
export function Segments<Value extends string>({ label, value, options, onChange }: SegmentsProps<Value>): ReactNode {
  const name = useId();
  return (
    <fieldset className="segments">
      <legend className="wk-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className="segment">
          <input
            type="radio"
            className="wk-hidden"
            name={name}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.title}
          {option.count === undefined ? null : <span className="segment-count wk-figures">{option.count}</span>}
        </label>
      ))}
    </fieldset>
  );
}
