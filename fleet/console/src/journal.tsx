import type { SiteOverview } from "@wardkey/protocol/fleet";
import { TONE_ICON } from "@wardkey/ui";
import { BookOpen } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { detailsOf, looksOf, sentenceOf } from "./event-words.js";
import { useWords } from "./words.js";

type Entry = SiteOverview["journal"][number];

export interface JournalProps {
  readonly entries: readonly Entry[];
  readonly kiosks: SiteOverview["kiosks"];
  readonly now: number;
  readonly nameOf: (staffId: string) => string;
}

/** What the kiosks wrote down last, newest first, under the day it happened. */
export function Journal({ entries, kiosks, now, nameOf }: JournalProps): ReactNode {
  const { t, formats } = useWords();
  const places = new Map(kiosks.map((kiosk) => [kiosk.id, kiosk.name]));
  const today = formats.day(now);
  return (
    <div className="panel" id="journal">
      <h2 id="journal-title">{t("journal.title")}</h2>
      {entries.length === 0 ? (
        <div className="nothing">
          <BookOpen size={32} aria-hidden />
          <p>{t("journal.empty")}</p>
        </div>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
        <section className="entries-frame" aria-labelledby="journal-title" tabIndex={0}>
          <ol className="entries">
            {entries.map((entry) => {
              const { tone, icon } = looksOf(entry.kind);
              const Icon = icon ?? TONE_ICON[tone];
              const day = formats.day(entry.at);
              const details = detailsOf(entry, t);
              return (
                <li className="entry" key={`${entry.kiosk} ${entry.seq}`} data-tone={tone}>
                  <span className="entry-picture">
                    <Icon size={18} aria-hidden />
                  </span>
                  <div className="entry-words">
                    <p className="entry-what">{sentenceOf(entry, { t, nameOf })}</p>
                    <p className="entry-about">
                      {[places.get(entry.kiosk) ?? entry.kiosk, `#${entry.seq}`, ...details].join(" · ")}
                    </p>
                  </div>
                  <time className="entry-time wk-figures" dateTime={new Date(entry.at).toISOString()}>
                    {day === today ? formats.exactTime(entry.at) : formats.dateTime(entry.at)}
                  </time>
                </li>
              );
            })}
          </ol>
        </section>
      )}
    </div>
  );
}
