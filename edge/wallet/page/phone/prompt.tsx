import { Button, useNow } from "@wardkey/ui";
import { BellRing, Fingerprint } from "@wardkey/ui/icons";
import { type ReactNode, useId } from "react";
import { useWords } from "../words.js";
import type { ScreenProps } from "./screen.js";

/**
 * A reader that has proven itself asks, and waits for the owner: a sheet on the phone's own glass, so that the room
 * beside it still works. The fingerprint of mode C is simulated by a button.
 */
export function Prompt({ view, send }: ScreenProps): ReactNode {
  const { t } = useWords();
  const now = useNow(view.now);
  const title = useId();
  const { prompt } = view;
  if (prompt === null) return null;
  const answer = (granted: boolean): void => {
    send({ type: "answer", id: prompt.id, granted });
  };
  const biometric = prompt.kind === "biometric";
  const Icon = biometric ? Fingerprint : BellRing;
  return (
    <div className="sheet-veil">
      <div
        className="sheet"
        role="alertdialog"
        aria-modal="true"
        aria-labelledby={title}
        onKeyDown={(event) => {
          if (event.key === "Escape") answer(false);
        }}
      >
        <Icon className="sheet-mark" size={40} strokeWidth={1.5} aria-hidden />
        <h2 id={title}>{t("prompt.title", { kiosk: prompt.kiosk })}</h2>
        <p>{t("prompt.says")}</p>
        <p className="wk-muted wk-figures">
          {t("prompt.left", { count: Math.max(0, Math.ceil((prompt.until - now) / 1_000)) })}
        </p>
        <Button kind="primary" large autoFocus onPress={() => answer(true)}>
          {t(biometric ? "prompt.finger" : "prompt.allow")}
        </Button>
        <Button kind="secondary" large onPress={() => answer(false)}>
          {t("prompt.deny")}
        </Button>
      </div>
    </div>
  );
}
