import type { ReactNode } from "react";
import { HealthCounts, WardsAnswer } from "../devices/answers.js";
import { EventsList } from "../events/events-list.js";
import { RefusalNotice } from "../session/refusal.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { FiguresAnswer } from "./answers.js";
import { NeedsMe } from "./needs-me.js";
import { Numbers } from "./numbers.js";
import { Trends } from "./trends.js";
import { WardMap } from "./ward-map.js";

/** Is care running, is anybody attacking, what needs me; then everything. */
export function OverviewPage(): ReactNode {
  const { t } = useWords();
  const { may } = useMe();
  const health = useAnswer({ topic: "overview", path: "v1/devices-health", answer: HealthCounts });
  const wards = useAnswer({ topic: "overview", path: "v1/wards", answer: WardsAnswer });
  const figures = useAnswer({ topic: "overview", path: "v1/figures?hours=24", answer: FiguresAnswer });
  const refusal = health.refusal ?? wards.refusal ?? figures.refusal;
  return (
    <Page title={t("nav.overview")} says={t("overview.says")}>
      <RefusalNotice code={refusal} />
      {health.data === undefined ? null : <NeedsMe health={health.data} />}
      {wards.data === undefined ? null : <Numbers wards={wards.data.wards} figures={figures.data} />}
      {wards.data === undefined ? null : <WardMap wards={wards.data.wards} figures={figures.data?.wards ?? []} />}
      {figures.data === undefined ? null : <Trends figures={figures.data} />}
      {may("operator") ? <EventsList title={t("overview.events")} of="everything" most={12} /> : null}
    </Page>
  );
}
