import { KeyRound } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useWords } from "./words.js";

/** Opened without the key that the address carries at first, or with one of an earlier start. */
export function KeyNeeded(): ReactNode {
  const { t } = useWords();
  return (
    <section className="headline" data-tone="wait">
      <span className="headline-picture">
        <KeyRound size={40} aria-hidden />
      </span>
      <div>
        <h1>{t("page.token.title")}</h1>
        <p className="headline-says">{t("page.token.says")}</p>
      </div>
    </section>
  );
}
