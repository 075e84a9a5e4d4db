import type { SiteOverview } from "@wardkey/protocol/fleet";
import { BookCheck, IdCard, ListChecks, type LucideIcon, MonitorCheck } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { inTouch } from "./concerns.js";
import { useWords } from "./words.js";

/** Four numbers; each opens the list behind it. */
export function Tiles({ overview }: { overview: SiteOverview }): ReactNode {
  const { t, formats } = useWords();
  const { kiosks, people, now } = overview;
  const of = (part: number, whole: number): string => (whole === 0 ? "0" : t("tile.of", { part, whole }));
  const heard = kiosks.filter((kiosk) => inTouch(kiosk, now)).length;
  const held = people.filter((person) => person.credential === "active").length;
  const whole = kiosks.filter((kiosk) => kiosk.chainValid).length;
  const entries = kiosks.reduce((sum, kiosk) => sum + kiosk.journalSeq, 0);
  return (
    <nav className="tiles" aria-label={t("page.title")}>
      <Tile href="#kiosks" icon={MonitorCheck} label={t("tile.kiosks")} value={of(heard, kiosks.length)} />
      <Tile href="#people" icon={IdCard} label={t("tile.people")} value={of(held, people.length)} />
      <Tile href="#journal" icon={ListChecks} label={t("tile.events")} value={formats.number(entries)} />
      <Tile href="#kiosks" icon={BookCheck} label={t("tile.journals")} value={of(whole, kiosks.length)} />
    </nav>
  );
}

interface TileProps {
  readonly href: string;
  readonly icon: LucideIcon;
  readonly label: string;
  readonly value: string;
}

function Tile({ href, icon: Icon, label, value }: TileProps): ReactNode {
  return (
    <a className="tile" href={href}>
      <Icon size={22} aria-hidden />
      <span className="tile-value wk-figures">{value}</span>
      <span className="tile-label">{label}</span>
    </a>
  );
}
