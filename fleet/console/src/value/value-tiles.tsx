import type { Estimate } from "@wardkey/protocol/value";
import { Clock3, Gauge, Hourglass, Scale } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useWords } from "../words.js";
import { useValueWords } from "./value-words.js";

/** The report in four numbers. */
export function ValueTiles({ estimate, days }: { estimate: Estimate; days: number }): ReactNode {
  const { t, formats } = useWords();
  const { about } = useValueWords();
  const { hours, hoursAYear, net, tapSeconds, unlocks } = estimate;
  const tiles = [
    {
      icon: Hourglass,
      value: t("value.hours-of", { hours: about(hours.mid) }),
      label: t("value.given-back", { count: Math.max(1, Math.round(days)) }),
      about: t("value.between", { low: about(hours.low), high: about(hours.high) }),
    },
    {
      icon: Clock3,
      value: t("value.hours-of", { hours: about(hoursAYear.mid) }),
      label: t("value.a-year"),
      about: t("value.between", { low: about(hoursAYear.low), high: about(hoursAYear.high) }),
    },
    {
      icon: Gauge,
      value: tapSeconds === null ? "–" : t("numbers.seconds", { seconds: formats.number(tapSeconds, 2) }),
      label: t("value.measured-tap"),
      about: t("value.measured-unlocks", { count: unlocks, shown: formats.number(unlocks) }),
    },
    {
      icon: Scale,
      value: about(net.mid),
      label: t("value.net-year"),
      about: t("value.between", { low: about(net.low), high: about(net.high) }),
    },
  ];
  return (
    <div className="tiles value-tiles">
      {tiles.map(({ icon: Icon, value, label, about: more }) => (
        <div key={label} className="tile">
          <Icon size={22} aria-hidden />
          <span className="tile-value wk-figures">{value}</span>
          <span className="tile-label">{label}</span>
          <span className="tile-about">{more}</span>
        </div>
      ))}
    </div>
  );
}
