import { Button } from "@wardkey/ui";
import { Plus, X } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { z } from "zod";
import { useWords } from "../words.js";

const Hours = z.array(z.object({ from: z.string(), to: z.string() })).catch([]);

export interface HoursFieldProps {
  readonly most: number;
  readonly value: unknown;
  readonly isDisabled: boolean;
  readonly labelledBy: string;
  readonly onChange: (value: readonly { from: string; to: string }[]) => void;
}

/** Times of day from and to; `from` later than `to` spans midnight. */
export function HoursField({ most, value, isDisabled, labelledBy, onChange }: HoursFieldProps): ReactNode {
  const { t } = useWords();
  const hours = Hours.parse(value);
  const change = (index: number, patch: Partial<{ from: string; to: string }>): void => {
    // A field that somebody empties says nothing yet.
    if (Object.values(patch).includes("")) return;
    onChange(hours.map((each, at) => (at === index ? { ...each, ...patch } : each)));
  };
  return (
    <fieldset className="setting-hours" aria-labelledby={labelledBy} disabled={isDisabled}>
      {hours.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two spans may be the same; their place tells them apart
        <span key={index} className="setting-span">
          <input
            type="time"
            className="wk-input"
            aria-label={t("policy.hours.from", { number: index + 1 })}
            value={each.from}
            onChange={({ target }) => change(index, { from: target.value })}
          />
          <span aria-hidden>–</span>
          <input
            type="time"
            className="wk-input"
            aria-label={t("policy.hours.to", { number: index + 1 })}
            value={each.to}
            onChange={({ target }) => change(index, { to: target.value })}
          />
          <Button
            kind="quiet"
            isDisabled={isDisabled}
            aria-label={t("policy.hours.remove", { number: index + 1 })}
            onPress={() => onChange(hours.filter((_, at) => at !== index))}
          >
            <X size={18} aria-hidden />
          </Button>
        </span>
      ))}
      {hours.length >= most ? null : (
        <Button
          kind="quiet"
          isDisabled={isDisabled}
          icon={<Plus size={18} aria-hidden />}
          onPress={() => onChange([...hours, { from: "22:00", to: "06:00" }])}
        >
          {t("policy.hours.add")}
        </Button>
      )}
    </fieldset>
  );
}
