import type { Estimate } from "@wardkey/protocol/value";
import { Clock3, Gauge, Hourglass, Scale } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { auditAddress } from "../audit/address.js";
import type { FigureTile } from "../parts/figure-tiles.js";
import { addressOf } from "../shell/address.js";
import { useMe } from "../shell/me.js";
import { useSearch } from "../shell/use-search.js";
import { useWords } from "../words.js";
import { useValueWords } from "./value-words.js";

/** The list of wards on this page, who was given back most first. */
const BY_HOURS = { "wards.search": "", "wards.from": "", "wards.sort": "hours", "wards.order": "desc" } as const;

type Tile = Omit<FigureTile, "href" | "tone" | "about"> & { readonly about: string; readonly href?: string };

export interface ValueTilesProps {
  readonly estimate: Estimate;
  readonly days: number;
  readonly from: number;
  readonly to: number;
}

/** The report in four numbers. What was measured opens the list behind it; what is worked out for a year has none. */
export function ValueTiles({ estimate, days, from, to }: ValueTilesProps): ReactNode {
  const { t, formats } = useWords();
  const { may } = useMe();
  const { search } = useSearch();
  const { about } = useValueWords();
  const { hours, hoursAYear, net, tapSeconds, unlocks } = estimate;
  const tiles: readonly Tile[] = [
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
    },
    {
      icon: Gauge,
      value: tapSeconds === null ? "–" : t("numbers.seconds", { seconds: formats.number(tapSeconds, 2) }),
      label: t("value.measured-tap"),
      about: t("value.measured-unlocks", { count: unlocks, shown: formats.number(unlocks) }),
      ...(may("operator") ? { href: auditAddress({ kinds: ["session.unlocked"], from, to }) } : {}),
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
      {tiles.map((tile) =>
        tile.href === undefined ? (
          <div key={tile.label} className="tile">
            <Inside tile={tile} />
          </div>
        ) : (
          <a key={tile.label} className="tile" href={tile.href}>
            <Inside tile={tile} />
          </a>
        ),
      )}
    </div>
  );
}

function Inside({ tile: { icon: Icon, value, label, about } }: { tile: Tile }): ReactNode {
  return (
    <>
      <Icon size={22} aria-hidden />
      <span className="tile-value wk-figures">{value}</span>
      <span className="tile-label">{label}</span>
      <span className="tile-about">{about}</span>
    </>
  );
}
