import { Button, Notice } from "@wardkey/ui";
import type { ReactNode } from "react";
import { useWords } from "../words.js";

/** A page that failed to draw or to load: the others go on. */
export function Broken(): ReactNode {
  const { t } = useWords();
  return (
    <div role="alert">
      <Notice
        tone="stop"
        title={t("shell.broken.title")}
        action={<Button onPress={() => window.location.reload()}>{t("shell.reload")}</Button>}
      >
        <p>{t("shell.broken.says")}</p>
      </Notice>
    </div>
  );
}
