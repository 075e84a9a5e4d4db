import { Card, LanguageSwitch } from "@wardkey/ui";
import type { ReactNode } from "react";
import { Facts } from "../parts/facts.js";
import { ThemeSwitch } from "../shell/theme-switch.js";
import { useWords } from "../words.js";

/** What this browser keeps for whoever uses it. */
export function ThisBrowser(): ReactNode {
  const { t } = useWords();
  return (
    <Card title={t("settings.browser")}>
      <p className="wk-muted">{t("settings.browser.says")}</p>
      <Facts
        facts={[
          [t("ui.language"), <LanguageSwitch key="language" />],
          [t("shell.theme"), <ThemeSwitch key="theme" />],
        ]}
      />
    </Card>
  );
}
