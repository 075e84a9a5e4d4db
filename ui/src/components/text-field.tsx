import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { TextField as AriaTextField, FieldError, Input, Label, Text } from "react-aria-components";

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly name?: string;
  readonly type?: "text" | "password";
  readonly hint?: string;
  /** Words of the refusal; the field is marked invalid while there are any. */
  readonly error?: string | undefined;
  readonly isRequired?: boolean;
  readonly isDisabled?: boolean;
  readonly maxLength?: number;
  readonly autoComplete?: string;
  readonly autoFocus?: boolean;
}

export function TextField({ label, hint, error, ...rest }: TextFieldProps): ReactNode {
  return (
    <AriaTextField {...rest} className="wk-field" isInvalid={error !== undefined} validationBehavior="aria">
      <Label className="wk-label">{label}</Label>
      <Input className="wk-input" spellCheck={false} />
      {hint === undefined ? null : (
        <Text slot="description" className="wk-hint">
          {hint}
        </Text>
      )}
      <FieldError className="wk-error">
        <CircleAlert size={20} aria-hidden />
        {error}
      </FieldError>
    </AriaTextField>
  );
}
