import type { ScreenView } from "@wardkey/protocol/screen";
import { Siren } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { type KioskKey, useWords } from "../words.js";

const REASON: Readonly<Record<string, KioskKey>> = {
  "patient-in-danger": "glass.reason.patient-in-danger",
  "system-down": "glass.reason.system-down",
  "no-way-in": "glass.reason.no-way-in",
  "other-emergency": "glass.reason.other-emergency",
};

/** A session that was opened in an emergency cannot be overlooked, by who works in it and by who passes by. */
export function EmergencyFrame({ view, children }: { view: ScreenView | null; children: ReactNode }): ReactNode {
  const { t, formats } = useWords();
  const session = view?.session;
  if (session?.state !== "unlocked" || session.emergency === undefined) return children;
  const { until, reason } = session.emergency;
  const why = Object.hasOwn(REASON, reason) ? REASON[reason] : undefined;
  return (
    <div className="emergency">
      <aside className="emergency-banner" aria-label={t("emergency.announce")}>
        <Siren className="emergency-sign" aria-hidden />
        <p className="emergency-line">{t("emergency.until", { time: formats.time(until) })}</p>
        <p className="emergency-says">
          {why === undefined ? null : <span>{t(why)}</span>}
          <span>{t("emergency.reviewed")}</span>
        </p>
      </aside>
      <div className="emergency-inside">{children}</div>
    </div>
  );
}
