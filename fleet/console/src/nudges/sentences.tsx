import { TEMPLATES } from "@wardkey/protocol/nudge";
import type { ReactNode } from "react";
import { useWords } from "../words.js";
import type { Summary } from "./answers.js";
import { sentenceOf } from "./sentence.js";

/** Every sentence that a kiosk may show, what it builds on, and how it was read. */
export function Sentences({ counts }: { counts: Summary["templates"] }): ReactNode {
  const { t, formats, language } = useWords();
  return (
    <section className="panel">
      <h2>{t("nudges.templates")}</h2>
      <p className="wk-muted">{t("nudges.templates.says")}</p>
      <ul className="sentences">
        {TEMPLATES.filter(({ behaviour }) => behaviour !== null).map(({ id, behaviour, moment, mindspace, comB }) => {
          const { shown, dismissed } = counts.find(({ template }) => template === id) ?? { shown: 0, dismissed: 0 };
          return (
            <li key={id}>
              <p className="sentence">“{sentenceOf(id, language)}”</p>
              <p className="wk-muted">
                {behaviour === null ? "" : t(`behaviour.${behaviour}`)} · {t(`nudges.moment.${moment}`)} ·{" "}
                <code>{id}</code>
              </p>
              <p className="wk-muted">
                {t("nudges.template.builds")}: MINDSPACE {mindspace.map((each) => t(`mindspace.${each}`)).join(", ")} ·
                COM-B {comB.map((each) => t(`com-b.${each}`)).join(", ")}
              </p>
              <p className="wk-figures">
                {t("nudges.template.read", { shown: formats.number(shown), dismissed: formats.number(dismissed) })}
              </p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
