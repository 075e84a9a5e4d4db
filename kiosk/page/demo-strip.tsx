import type { ScreenView } from "@wardkey/protocol/screen";
import { FlaskConical } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useWords } from "./words.js";

/** Says on every screen of the demo profile what is not real about it. */
export function DemoStrip({ view }: { view: ScreenView }): ReactNode {
  const { t, formats } = useWords();
  if (view.profile !== "demo") return null;
  const score = view.liveness.score === null ? t("demo.no-score") : formats.percent(view.liveness.score);
  return (
    <aside className="strip" aria-label={t("demo.profile")}>
      <FlaskConical size={18} aria-hidden />
      <strong>{t("demo.profile")}</strong>
      {view.cameraAttested ? null : <span>{t("demo.camera")}</span>}
      {view.liveness.enforced ? null : <span className="wk-figures">{t("demo.liveness", { score })}</span>}
    </aside>
  );
}
