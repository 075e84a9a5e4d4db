import { Notice } from "@wardkey/ui";
import type { ReactNode } from "react";
import { CATALOGUES, type StatusKey, useWords } from "../words.js";

/** A code of the site in the reader's words; one that this page does not know keeps its code for who is asked. */
export function useRefusalWords(): (code: string) => string {
  const { t } = useWords();
  return (code) => {
    const key = `problem.${code}`;
    return isKey(key) ? t(key) : t("problem.other", { code });
  };
}

const isKey = (key: string): key is StatusKey => Object.hasOwn(CATALOGUES.en, key);

/** Read out as soon as it appears. */
export function RefusalNotice({ code }: { code: string | null }): ReactNode {
  const words = useRefusalWords();
  return (
    <div role="alert" className="refusal">
      {code === null ? null : <Notice tone="stop" title={words(code)} />}
    </div>
  );
}
