import type { SessionView } from "@wardkey/protocol/screen";
import { Switch } from "@wardkey/ui";
import type { ReactNode } from "react";
import { useWords } from "../words.js";

export interface ProcedureSwitchProps {
  readonly procedure: NonNullable<Extract<SessionView, { state: "unlocked" }>["procedure"]>;
  readonly now: number;
  readonly onChange: (running: boolean) => void;
}

/** Somebody says that something runs here which must not be cut off: it puts the lock off, until its time or a touch ends it. */
export function ProcedureSwitch({ procedure: { minutes, until }, now, onChange }: ProcedureSwitchProps): ReactNode {
  const { t, formats } = useWords();
  const left = until === null ? 0 : Math.max(0, until - now);
  return (
    <div className="bar-procedure" data-running={left > 0}>
      <Switch isSelected={left > 0} onChange={onChange}>
        {t("procedure.running")}
      </Switch>
      {/* Beside the switch and not in its name, which would be read out anew each second. */}
      <span className="bar-procedure-left wk-figures">
        {left > 0 ? t("procedure.left", { left: formats.elapsed(left) }) : t("procedure.most", { minutes })}
      </span>
    </div>
  );
}
