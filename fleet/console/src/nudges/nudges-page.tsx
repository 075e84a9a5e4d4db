import { BEHAVIOURS, type Behaviour } from "@wardkey/protocol/nudge";
import { Activity, FlaskConical, Lightbulb, TriangleAlert } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useAuditAddress } from "../audit/use-audit-address.js";
import { Chart, type LineTone } from "../chart/chart.js";
import { FigureTiles } from "../parts/figure-tiles.js";
import { RefusalNotice } from "../session/refusal.js";
import { addressOf } from "../shell/address.js";
import { Page } from "../shell/page.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { ProgrammeAnswer, type Summary, SummaryAnswer, type Trial, TrialsAnswer } from "./answers.js";
import "./nudges.css";
import { ProgrammePanel } from "./programme-panel.js";
import { Sentences } from "./sentences.js";
import { TrialsPanel } from "./trials-panel.js";
import { WardsList } from "./wards-list.js";

const DAY_MS = 86_400_000;
const TONES: Readonly<Record<Behaviour, LineTone>> = {
  "left-unlocked": "stop",
  "veil-dismissed": "wait",
  "shared-badge": "accent",
  "break-glass-no-reason": "muted",
};

/** How people work at kiosks, what is said to them about it, and whether that helps: by ward, never by person. */
export function NudgesPage(): ReactNode {
  const { t } = useWords();
  const summary = useAnswer({ topic: "nudges", path: "v1/nudges?days=28", answer: SummaryAnswer });
  const programme = useAnswer({ topic: "nudges", path: "v1/nudges/programme", answer: ProgrammeAnswer });
  const trials = useAnswer({ topic: "nudges", path: "v1/nudges/trials", answer: TrialsAnswer });
  const wards = summary.data?.wards.length ?? 0;
  return (
    <Page title={t("nav.nudges")} says={t("nudges.says")}>
      <RefusalNotice code={summary.refusal ?? programme.refusal ?? trials.refusal} />
      {summary.data === undefined ? null : <Figures summary={summary.data} trials={trials.data?.trials ?? []} />}
      <TrialsPanel trials={trials.data?.trials} again={trials.again} />
      {summary.data === undefined || summary.data.days.length === 0 ? null : <Days summary={summary.data} />}
      <WardsList summary={summary.data} refusal={summary.refusal} />
      {programme.data === undefined ? null : (
        <ProgrammePanel programme={programme.data} wards={wards} again={programme.again} />
      )}
      <Sentences counts={summary.data?.templates ?? []} />
    </Page>
  );
}

function Figures({ summary, trials }: { summary: Summary; trials: readonly Trial[] }): ReactNode {
  const { t, formats } = useWords();
  const shown = summary.wards.flatMap(({ figures }) => (figures === null ? [] : [figures]));
  const sessions = shown.reduce((sum, each) => sum + each.sessions, 0);
  const seen = shown.reduce((sum, each) => sum + BEHAVIOURS.reduce((of, one) => of + each.behaviours[one], 0), 0);
  const read = shown.reduce((sum, each) => sum + each.shown, 0);
  const running = trials.filter(({ state }) => state === "running").length;
  const auditAddress = useAuditAddress();
  const events = (...kinds: readonly string[]) => auditAddress({ kinds });
  return (
    <FigureTiles
      label={t("nudges.tiles")}
      tiles={[
        {
          icon: Activity,
          value: formats.number(sessions),
          label: t("nudges.tile.sessions"),
          href: events("session.unlocked"),
        },
        {
          icon: TriangleAlert,
          value: sessions === 0 ? "–" : formats.number(Math.round((1_000 * seen) / sessions) / 10),
          label: t("nudges.tile.behaviours"),
          href: events("session.locked", "session.kept", "behaviour.inferred", "break-glass.opened"),
        },
        { icon: Lightbulb, value: formats.number(read), label: t("nudges.tile.shown"), href: events("nudge.*") },
        {
          icon: FlaskConical,
          value: formats.number(running),
          label: t("nudges.tile.trials"),
          href: addressOf("/nudges"),
        },
      ]}
    />
  );
}

function Days({ summary }: { summary: Summary }): ReactNode {
  const { t, formats } = useWords();
  const { days } = summary;
  const rate = (behaviours: number, sessions: number): number | null =>
    sessions === 0 ? null : (100 * behaviours) / sessions;
  return (
    <section className="panel">
      <Chart
        title={t("nudges.chart")}
        times={days.map(({ day }) => day * DAY_MS)}
        lines={BEHAVIOURS.map((behaviour) => ({
          label: t(`behaviour.${behaviour}`),
          tone: TONES[behaviour],
          values: days.map(({ behaviours, sessions }) => rate(behaviours[behaviour], sessions)),
        }))}
        format={(value) => formats.number(Math.round(value * 10) / 10)}
        formatTime={formats.day}
      />
    </section>
  );
}
