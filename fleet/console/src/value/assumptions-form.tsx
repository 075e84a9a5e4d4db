import { ASSUMPTION_NAMES, ASSUMPTIONS, type AssumptionName, GROUPS } from "@wardkey/protocol/value";
import { type ReactNode, useId } from "react";
import { type StatusKey, useWords } from "../words.js";
import { type AssumptionTexts, boundsOf, ENDS, type RangeTexts, rangeOf } from "./range-texts.js";

/** What the site assumes, each as three numbers; what is wrong with one is said under it. */
export function AssumptionsForm({
  texts,
  onChange,
}: {
  texts: AssumptionTexts;
  onChange: (texts: AssumptionTexts) => void;
}): ReactNode {
  const { t } = useWords();
  return (
    <>
      {GROUPS.map((group) => (
        <fieldset key={group} className="value-group">
          <legend>{t(`value.group.${group}`)}</legend>
          <div className="value-ends" aria-hidden>
            {ENDS.map((end) => (
              <span key={end}>{t(`value.end.${end}`)}</span>
            ))}
          </div>
          {ASSUMPTION_NAMES.filter((name) => ASSUMPTIONS[name].group === group).map((name) => (
            <Assumption
              key={name}
              name={name}
              texts={texts[name]}
              onChange={(range) => onChange({ ...texts, [name]: range })}
            />
          ))}
        </fieldset>
      ))}
    </>
  );
}

function Assumption({
  name,
  texts,
  onChange,
}: {
  name: AssumptionName;
  texts: RangeTexts;
  onChange: (texts: RangeTexts) => void;
}): ReactNode {
  const { t, formats } = useWords();
  const id = useId();
  const read = rangeOf(name, texts);
  const { least, most } = boundsOf(name);
  const label = t(`value.assume.${name}` as StatusKey);
  return (
    <div className="value-assumption" data-wrong={!read.ok}>
      <div>
        <span id={`${id}-name`}>{label}</span>
        <span className="wk-muted"> {t(`value.unit.${ASSUMPTIONS[name].unit}`)}</span>
      </div>
      <div className="value-inputs">
        {ENDS.map((end) => (
          <input
            key={end}
            className="wk-input"
            inputMode="decimal"
            autoComplete="off"
            maxLength={19}
            value={texts[end]}
            onChange={({ target }) => onChange({ ...texts, [end]: target.value })}
            aria-label={t("value.input", { what: label, end: t(`value.end.${end}`) })}
            aria-invalid={!read.ok}
            {...(read.ok ? {} : { "aria-describedby": `${id}-wrong` })}
          />
        ))}
      </div>
      <p id={`${id}-wrong`} className="value-wrong" role="status">
        {read.ok
          ? null
          : t(`value.wrong.${read.mistake}`, { least: formats.number(least), most: formats.number(most) })}
      </p>
    </div>
  );
}
