import type { ReactNode } from "react";
import { Page } from "../shell/page.js";
import { useWords } from "../words.js";

/** Is care running, is anybody attacking, what needs me; then everything. */
export function OverviewPage(): ReactNode {
  const { t } = useWords();
  return <Page title={t("nav.overview")}>{null}</Page>;
}
