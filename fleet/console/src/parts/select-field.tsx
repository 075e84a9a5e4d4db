import { type ReactNode, useId } from "react";
import { Field } from "./field.js";

export interface SelectFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** One of a few: the browser's own, which every keyboard and screen reader knows. */
export function SelectField({ label, value, onChange, options }: SelectFieldProps): ReactNode {
  const id = useId();
  return (
    <Field id={id} label={label}>
      <select id={id} className="field-select" value={value} onChange={({ target }) => onChange(target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Field>
  );
}
