import type { SessionView } from "@wardkey/protocol/screen";
import { Button, Notice, Ring } from "@wardkey/ui";
import { Hourglass } from "@wardkey/ui/icons";
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
  const { t, formats } = useWords();
  const { lockAt, deferred, because = [] } = session;
  const [whole] = useState(() => Math.max(1, lockAt - now));
  const seconds = secondsLeft(lockAt, now);
  const isDeferred = deferred !== undefined && deferred > now;
  return (
    <main className="leaving">
      <div className="leaving-picture">
        <Ring value={isDeferred ? null : Math.max(0, (lockAt - now) / whole)}>
          {isDeferred ? (
            <Hourglass className="glyph" strokeWidth={1.25} aria-hidden />
          ) : (
            <span className="leaving-seconds wk-figures" aria-hidden>
              {seconds}
            </span>
          )}
        </Ring>
      </div>
      <h1 className="line">{isDeferred ? t("leaving.deferred.line") : t("leaving.line", { seconds })}</h1>
      <p className="says">
        {isDeferred ? t("leaving.deferred.says", { time: formats.time(deferred) }) : t("leaving.says")}
      </p>
      {because.length === 0 ? null : (
        <p className="leaving-because">{because.map((reason) => t(`reason.${reason}`)).join(" ")}</p>
      )}
      {refusal === null ? null : <Notice tone="stop">{refusal}</Notice>}
      <Button kind="secondary" large autoFocus className="leaving-stay" onPress={onStay}>
        {t("leaving.stay")}
      </Button>
    </main>
  );
}
