import type { SettingName } from "@wardkey/protocol/policy";
import { StatusDot, Switch } from "@wardkey/ui";
import { type ReactNode, useEffect, useId, useState } from "react";
import { useWords } from "../words.js";
import { HoursField } from "./hours-field.js";
import { optionWords, settingWords, valueWords } from "./saying.js";
import { type Control, controlOf } from "./setting-controls.js";

export interface SettingFieldProps {
  readonly name: SettingName;
  /** `undefined`: this place is silent, and `inherited` holds. */
  readonly value: unknown;
  readonly inherited: unknown;
  /** Against what is in force at the same place. */
  readonly direction: "weaker" | "stronger" | "neutral" | null;
  readonly wrong: readonly string[];
  readonly isDisabled: boolean;
  /** Whether this place may be silent. */
  readonly mayBeSilent: boolean;
  readonly onChange: (value: unknown) => void;
}

/** One setting: what it is called, its value, and what that does to how much is protected. */
export function SettingField(props: SettingFieldProps): ReactNode {
  const { name, value, inherited, direction, wrong, isDisabled, mayBeSilent, onChange } = props;
  const { t, formats } = useWords();
  const id = useId();
  const silent = value === undefined;
  const words = settingWords(name, t);
  return (
    <div className="setting" data-silent={silent} data-wrong={wrong.length > 0}>
      <div className="setting-words">
        <span className="setting-name" id={id}>
          {words}
        </span>
        <code className="setting-code">{name}</code>
        {direction === null ? null : <DirectionMark direction={direction} />}
      </div>
      <div className="setting-value">
        {silent ? (
          <span className="wk-muted setting-inherited">
            {t("policy.inherited", { value: valueWords(name, inherited, { t, formats }) })}
          </span>
        ) : (
          <ControlField control={controlOf(name)} {...{ name, value, isDisabled, onChange }} labelledBy={id} />
        )}
        {mayBeSilent ? (
          <button
            type="button"
            className="setting-own"
            disabled={isDisabled}
            aria-label={t(silent ? "policy.own.make.which" : "policy.own.drop.which", { setting: words })}
            onClick={() => onChange(silent ? inherited : undefined)}
          >
            {t(silent ? "policy.own.make" : "policy.own.drop")}
          </button>
        ) : null}
      </div>
      {wrong.map((text) => (
        <p key={text} className="setting-wrong" lang="en">
          {text}
        </p>
      ))}
    </div>
  );
}

/** Whether a change protects more or less: by word and shape, not by colour alone. */
export function DirectionMark({ direction }: { direction: "weaker" | "stronger" | "neutral" }): ReactNode {
  const { t } = useWords();
  const tone = direction === "weaker" ? "wait" : direction === "stronger" ? "ok" : "neutral";
  return <StatusDot tone={tone} word={t(`policy.direction.${direction}`)} />;
}

interface ControlFieldProps {
  readonly control: Control;
  readonly name: SettingName;
  readonly value: unknown;
  readonly isDisabled: boolean;
  readonly labelledBy: string;
  readonly onChange: (value: unknown) => void;
}

function ControlField({ control, name, value, isDisabled, labelledBy, onChange }: ControlFieldProps): ReactNode {
  const { t, formats } = useWords();
  switch (control.kind) {
    case "switch":
      return (
        <Switch isSelected={value === true} onChange={onChange} isDisabled={isDisabled}>
          <span className="wk-hidden">{settingWords(name, t)}: </span>
          {valueWords(name, value, { t, formats })}
        </Switch>
      );
    case "choice":
      return (
        <select
          className="field-select"
          aria-labelledby={labelledBy}
          value={String(value)}
          disabled={isDisabled}
          onChange={({ target }) => onChange(control.options.find((option) => String(option) === target.value))}
        >
          {control.options.map((option) => (
            <option key={option} value={String(option)}>
              {optionWords(option, { t, formats })}
            </option>
          ))}
        </select>
      );
    case "number":
      return <NumberField {...{ control, value, isDisabled, labelledBy, onChange }} />;
    case "several":
      return (
        <fieldset className="setting-several" aria-labelledby={labelledBy} disabled={isDisabled}>
          {control.options.map((option) => {
            const chosen = Array.isArray(value) && value.includes(option);
            const others = Array.isArray(value) ? value.filter((each) => each !== option) : [];
            return (
              <label key={option}>
                <input
                  type="checkbox"
                  checked={chosen}
                  onChange={() =>
                    onChange(
                      chosen ? others : control.options.filter((each) => each === option || others.includes(each)),
                    )
                  }
                />
                {optionWords(option, { t, formats })}
              </label>
            );
          })}
        </fieldset>
      );
    case "hours":
      return <HoursField most={control.most} {...{ value, isDisabled, labelledBy, onChange }} />;
    case "text":
      return <span className="wk-muted">{t("policy.in-text")}</span>;
  }
}

/** Takes over what is within the bounds; what is being typed is not corrected under the typing hand. */
function NumberField({
  control,
  value,
  isDisabled,
  labelledBy,
  onChange,
}: Pick<ControlFieldProps, "value" | "isDisabled" | "labelledBy" | "onChange"> & {
  control: Extract<Control, { kind: "number" }>;
}): ReactNode {
  const { t, formats } = useWords();
  const [typed, setTyped] = useState(String(value));
  const hint = useId();
  useEffect(() => setTyped(String(value)), [value]);
  const { least, most, step } = control;
  const read = typed.trim() === "" ? Number.NaN : Number(typed);
  const fits = read >= least && read <= most && (step < 1 || Number.isInteger(read));
  return (
    <span className="setting-number">
      <input
        type="number"
        className="wk-input"
        {...{ min: least, max: most, step }}
        value={typed}
        disabled={isDisabled}
        aria-labelledby={labelledBy}
        aria-describedby={hint}
        aria-invalid={!fits}
        onChange={({ target }) => {
          setTyped(target.value);
          const next = target.value.trim() === "" ? Number.NaN : Number(target.value);
          if (next >= least && next <= most && (step < 1 || Number.isInteger(next))) onChange(next);
        }}
        onBlur={() => setTyped(String(value))}
      />
      <span id={hint} className="setting-bounds" data-wrong={!fits}>
        {t("policy.bounds", { least: formats.number(least, step < 1 ? 1 : 0), most: formats.number(most) })}
      </span>
    </span>
  );
}
