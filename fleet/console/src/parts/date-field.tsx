import { type ReactNode, useId } from "react";
import { Field, hintOf } from "./field.js";

export interface DateFieldProps {
  readonly label: string;
  readonly hint?: string;
  /** `2026-12-31`, or empty. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A day, by the browser's own calendar. */
export function DateField({ label, hint, value, onChange }: DateFieldProps): ReactNode {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint}>
      <input
        id={id}
        type="date"
        className="wk-input"
        value={value}
        onChange={({ target }) => onChange(target.value)}
        {...(hint === undefined ? {} : { "aria-describedby": hintOf(id) })}
      />
    </Field>
  );
}
