import type { ReactNode } from "react";
import { Radio, RadioGroup } from "react-aria-components";
import { LANGUAGES, type Language } from "../words/catalogue.js";
import { useUiWords } from "../words/make-i18n.js";

const OWN_NAME: Readonly<Record<Language, { short: string; full: string }>> = {
  en: { short: "EN", full: "English" },
  it: { short: "IT", full: "Italiano" },
  el: { short: "ΕΛ", full: "Ελληνικά" },
};

export function LanguageSwitch(): ReactNode {
  const { t, language, setLanguage } = useUiWords();
  const choose = (chosen: string) => {
    const next = LANGUAGES.find((each) => each === chosen);
    if (next !== undefined) setLanguage(next);
  };
  return (
    <RadioGroup
      className="wk-languages"
      orientation="horizontal"
      aria-label={t("ui.language")}
      value={language}
      onChange={choose}
    >
      {LANGUAGES.map((each) => (
        <Radio key={each} value={each} className="wk-language" aria-label={OWN_NAME[each].full} lang={each}>
          {OWN_NAME[each].short}
        </Radio>
      ))}
    </RadioGroup>
  );
}
