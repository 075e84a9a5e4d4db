import { Button, Dialog, useNow } from "@wardkey/ui";
import { Fingerprint } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useWords } from "../words.js";
import type { ScreenProps } from "./screen.js";

/** A reader that has proven itself asks, and waits for the owner. The fingerprint of mode C is simulated by a button. */
export function Prompt({ view, send }: ScreenProps): ReactNode {
  const { t } = useWords();
  const now = useNow(view.now);
  const { prompt } = view;
  if (prompt === null) return null;
  const answer = (granted: boolean) => (): boolean => send({ type: "answer", id: prompt.id, granted });
  const biometric = prompt.kind === "biometric";
  return (
    <Dialog
      alert
      title={t("prompt.title", { kiosk: prompt.kiosk })}
      isOpen
      onClose={answer(false)}
      actions={
        <>
          <Button kind="secondary" large onPress={answer(false)}>
            {t("prompt.deny")}
          </Button>
          <Button
            kind="primary"
            large
            autoFocus
            icon={biometric ? <Fingerprint size={22} aria-hidden /> : undefined}
            onPress={answer(true)}
          >
            {t(biometric ? "prompt.finger" : "prompt.allow")}
          </Button>
        </>
      }
    >
      <p>{t("prompt.says")}</p>
      <p className="wk-muted wk-figures">
        {t("prompt.left", { count: Math.max(0, Math.ceil((prompt.until - now) / 1_000)) })}
      </p>
    </Dialog>
  );
}
