import { StatusDot, type Tone } from "@wardkey/ui";
import { Map as MapIcon } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import type { WardRow } from "../devices/answers.js";
import { Empty } from "../parts/empty.js";
import { addressOf } from "../shell/address.js";
import { useWords } from "../words.js";
import type { WardFigures } from "./answers.js";

export interface WardMapProps {
  readonly wards: readonly WardRow[];
  readonly figures: readonly WardFigures[];
}

/** The site by its wards: how each does, what it measured, and the way to its devices. */
export function WardMap({ wards, figures }: WardMapProps): ReactNode {
  const { t } = useWords();
  const measured = new Map(figures.map((each) => [each.ward, each]));
  return (
    <section className="part" aria-labelledby="wards-title">
      <h2 id="wards-title">{t("wards.title")}</h2>
      {wards.length === 0 ? (
        <Empty icon={MapIcon} says={t("wards.none")} />
      ) : (
        <ul className="wards">
          {wards.map((ward) => (
            <li key={ward.ward}>
              <WardCard ward={ward} measured={measured.get(ward.ward)} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const toneOf = ({ critical, warning }: WardRow): Tone => (critical > 0 ? "stop" : warning > 0 ? "wait" : "ok");

function WardCard({ ward, measured }: { ward: WardRow; measured: WardFigures | undefined }): ReactNode {
  const { t, formats } = useWords();
  const tone = ward.expected === 0 ? "neutral" : toneOf(ward);
  const word =
    tone === "neutral"
      ? t("wards.nothing")
      : tone === "ok"
        ? t("wards.well")
        : t("wards.to-mend", { count: ward.critical + ward.warning });
  return (
    <a className="ward" data-tone={tone} href={addressOf("/devices", { ward: ward.ward, sort: "health" })}>
      <span className="ward-name">{ward.ward}</span>
      <StatusDot tone={tone} word={word} />
      <Cells ward={ward} />
      <span className="ward-about wk-figures">
        {ward.expected === 0
          ? t("wards.awaited", { count: ward.devices })
          : t("wards.online", { part: formats.number(ward.online), whole: formats.number(ward.expected) })}
        {measured?.tap == null ? null : (
          <span>{t("numbers.seconds", { seconds: formats.number(measured.tap.medianMs / 1_000, 1) })}</span>
        )}
      </span>
    </a>
  );
}

/** More than this and a row of cells says less than its numbers do. */
const MOST_CELLS = 48;

/** One cell a device, by how it does; in a large ward one for several. */
function Cells({ ward }: { ward: WardRow }): ReactNode {
  const each = Math.ceil(ward.expected / MOST_CELLS);
  const cells = (count: number): number => (count === 0 ? 0 : Math.max(1, Math.round(count / each)));
  const [stop, wait, open] = [cells(ward.critical), cells(ward.warning), cells(ward.unlocked)];
  const rest = Math.max(0, cells(ward.expected) - stop - wait - open);
  const row = [
    ...Array.from({ length: open }, () => "open"),
    ...Array.from({ length: rest }, () => "ok"),
    ...Array.from({ length: wait }, () => "wait"),
    ...Array.from({ length: stop }, () => "stop"),
  ];
  return (
    <span className="ward-cells" aria-hidden>
      {row.map((kind, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: cells have no other name than their place
        <span key={index} className="ward-cell" data-kind={kind} />
      ))}
    </span>
  );
}
