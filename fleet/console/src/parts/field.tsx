import type { ReactNode } from "react";

export interface FieldProps {
  /** That of what is filled in: the label is its own. */
  readonly id: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly children: ReactNode;
}

/** The id under which a field's hint describes what is filled in. */
export const hintOf = (id: string): string => `${id}-hint`;

/** Something to fill in, between its label and its hint. */
export function Field({ id, label, hint, children }: FieldProps): ReactNode {
  return (
    <span className="wk-field">
      <label className="wk-label" htmlFor={id}>
        {label}
      </label>
      {children}
      {hint === undefined ? null : (
        <span id={hintOf(id)} className="wk-hint">
          {hint}
        </span>
      )}
    </span>
  );
}
