import { LanguageSwitch } from "@wardkey/ui";
import type { ReactNode } from "react";
import icon from "../icon.svg";
import { useWords } from "./words.js";

export interface PageHeadProps {
  readonly siteName: string | null;
  /** "Updated now" */
  readonly updated: string | null;
  /** Under the site's name, where it is not the status of the site. */
  readonly place?: string;
  /** What the reader can do from everywhere. */
  readonly actions?: ReactNode;
}

export function PageHead({ siteName, updated, place, actions }: PageHeadProps): ReactNode {
  const { t } = useWords();
  return (
    <header className="status-head">
      <img className="status-mark" src={icon} alt="" />
      <div className="status-place">
        <p className="status-site">{siteName ?? "Wardkey"}</p>
        <p className="wk-muted">{place ?? t("page.title")}</p>
      </div>
      {updated === null ? null : <p className="status-updated wk-muted wk-figures">{updated}</p>}
      {actions}
      <LanguageSwitch />
    </header>
  );
}
