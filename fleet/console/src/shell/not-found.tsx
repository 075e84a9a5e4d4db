import { MapPinOff } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { Empty } from "../parts/empty.js";
import { useWords } from "../words.js";
import { addressOf } from "./address.js";
import { Page } from "./page.js";

export function NotFound(): ReactNode {
  const { t } = useWords();
  return (
    <Page title={t("shell.unknown.title")}>
      <Empty icon={MapPinOff} says={t("shell.unknown.says")}>
        <a className="wk-button" data-kind="secondary" href={addressOf("/overview")}>
          {t("nav.overview")}
        </a>
      </Empty>
    </Page>
  );
}
