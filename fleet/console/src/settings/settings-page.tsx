import type { ReactNode } from "react";
import { Page } from "../shell/page.js";
import { useWords } from "../words.js";
import { Matrix } from "./matrix.js";
import { Operators } from "./operators.js";
import { Restoration } from "./restoration.js";
import { SiteFacts } from "./site-facts.js";
import { ThisBrowser } from "./this-browser.js";

/** What holds for the whole site and belongs to no single device, person or policy. */
export function SettingsPage(): ReactNode {
  const { t } = useWords();
  return (
    <Page title={t("nav.settings")} says={t("settings.says")}>
      <Restoration />
      <div className="status-pair">
        <ThisBrowser />
        <SiteFacts />
      </div>
      <Operators />
      <Matrix />
    </Page>
  );
}
