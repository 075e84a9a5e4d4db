import { TextField } from "@wardkey/ui";
import { type ReactNode, useEffect, useRef } from "react";
import { useWords } from "../words.js";

/** What a person types who enrols with phone and PIN instead of a face. */
export interface TypedPin {
  readonly pin: string;
  readonly again: string;
}

export const NO_PIN: TypedPin = { pin: "", again: "" };

/** Six digits or more, twice the same. */
export const isWhole = ({ pin, again }: TypedPin): boolean => /^\d{6,12}$/.test(pin) && pin === again;

const digits = (text: string): string => text.replace(/\D/g, "").slice(0, 12);

export function PinFields({
  typed,
  onType,
}: {
  readonly typed: TypedPin;
  readonly onType: (typed: TypedPin) => void;
}): ReactNode {
  const { t } = useWords();
  const pair = useRef<HTMLDivElement>(null);
  // What lies at the foot of the form would cover them.
  // Newer browsers answer with a promise, which is no way to clean up.
  useEffect(() => void pair.current?.scrollIntoView({ block: "start" }), []);
  const field = { type: "password", maxLength: 12, autoComplete: "off", isRequired: true } as const;
  return (
    <div className="enrol-pair" ref={pair}>
      <TextField
        {...field}
        label={t("enrol.pin")}
        autoFocus
        value={typed.pin}
        onChange={(pin) => onType({ ...typed, pin: digits(pin) })}
      />
      <TextField
        {...field}
        label={t("enrol.pin.again")}
        value={typed.again}
        onChange={(again) => onType({ ...typed, again: digits(again) })}
      />
    </div>
  );
}
