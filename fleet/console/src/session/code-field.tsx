import { TextField } from "@wardkey/ui";
import type { ReactNode } from "react";
import { useWords } from "../words.js";

/** Six digits of an authenticator app, typed with a space or without. */
export function CodeField({ value, onChange }: { value: string; onChange: (code: string) => void }): ReactNode {
  const { t } = useWords();
  return (
    <TextField
      label={t("field.code")}
      hint={t("field.code.hint")}
      value={value}
      onChange={onChange}
      autoComplete="one-time-code"
      maxLength={7}
      isRequired
    />
  );
}
