import type { Estimate } from "@wardkey/protocol/value";
import { Clock3, Gauge, Hourglass, Scale } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useAuditAddress } from "../audit/use-audit-address.js";
import { FigureTiles } from "../parts/figure-tiles.js";
import { addressOf } from "../shell/address.js";
import { useSearch } from "../shell/use-search.js";
import { useWords } from "../words.js";
import { useValueWords } from "./value-words.js";

/** The list of wards on this page, who was given back most first. */
const BY_HOURS = { "wards.search": "", "wards.from": "", "wards.sort": "hours", "wards.order": "desc" } as const;

export interface ValueTilesProps {
  readonly estimate: Estimate;
  readonly days: number;
  readonly from: number;
  readonly to: number;
}

/** The report in four numbers. What was measured opens the list behind it; what is worked out for a year has none. */
export function ValueTiles({ estimate, days, from, to }: ValueTilesProps): ReactNode {
  const { t, formats } = useWords();
  const auditAddress = useAuditAddress();
  const { search } = useSearch();
  const { about } = useValueWords();
  const { hours, hoursAYear, net, tapSeconds, unlocks } = estimate;
  return (
    <div className="value-tiles">
      <FigureTiles
        label={t("value.tiles")}
        tiles={[
          {
            icon: Hourglass,
            value: t("value.hours-of", { hours: about(hours.mid) }),
            label: t("value.given-back", { count: Math.max(1, Math.round(days)) }),
            about: t("value.between", { low: about(hours.low), high: about(hours.high) }),
            href: addressOf("/value", { ...search, ...BY_HOURS }),
          },
          {
            icon: Clock3,
            value: t("value.hours-of", { hours: about(hoursAYear.mid) }),
            label: t("value.a-year"),
            about: t("value.between", { low: about(hoursAYear.low), high: about(hoursAYear.high) }),
            href: undefined,
          },
          {
            icon: Gauge,
            value: tapSeconds === null ? "–" : t("numbers.seconds", { seconds: formats.number(tapSeconds, 2) }),
            label: t("value.measured-tap"),
            about: t("value.measured-unlocks", { count: unlocks, shown: formats.number(unlocks) }),
            href: auditAddress({ kinds: ["session.unlocked"], from, to }),
          },
          {
            icon: Scale,
            value: about(net.mid),
            label: t("value.net-year"),
            about: t("value.between", { low: about(net.low), high: about(net.high) }),
            href: undefined,
          },
        ]}
      />
    </div>
  );
}
