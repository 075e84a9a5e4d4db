import type { SessionView } from "@wardkey/protocol/screen";
import { Button, Notice, Ring } from "@wardkey/ui";
import { type ReactNode, useState } from "react";
import { secondsLeft } from "../scene/scene.js";
import { useWords } from "../words.js";

export interface LeavingVeilProps {
  readonly session: Extract<SessionView, { state: "leaving" }>;
  readonly now: number;
  readonly refusal: string | null;
  readonly onStay: () => void;
}

/** Covers what was on the screen at once; a touch anywhere asks to keep it open. */
export function LeavingVeil({ session, now, refusal, onStay }: LeavingVeilProps): ReactNode {
  const { t } = useWords();
  const [whole] = useState(() => Math.max(1, session.lockAt - now));
  const seconds = secondsLeft(session.lockAt, now);
  return (
    <main className="leaving">
      <div className="leaving-picture">
        <Ring value={Math.max(0, (session.lockAt - now) / whole)}>
          <span className="leaving-seconds wk-figures" aria-hidden>
            {seconds}
          </span>
        </Ring>
      </div>
      <h1 className="line">{t("leaving.line", { seconds })}</h1>
      <p className="says">{t("leaving.says")}</p>
      {refusal === null ? null : <Notice tone="stop">{refusal}</Notice>}
      <Button kind="secondary" large autoFocus className="leaving-stay" onPress={onStay}>
        {t("leaving.stay")}
      </Button>
    </main>
  );
}
