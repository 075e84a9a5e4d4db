import { BellRing, ShieldAlert, TriangleAlert, Upload, Waypoints } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { Empty } from "../parts/empty.js";
import { FigureTiles } from "../parts/figure-tiles.js";
import { RefusalNotice } from "../session/refusal.js";
import { addressOf } from "../shell/address.js";
import { Page } from "../shell/page.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { RiskGraph, Summary } from "./answers.js";
import { AssetList } from "./assets.js";
import { DetectionList } from "./detections.js";
import { MitigationList } from "./mitigations.js";
import { Paths } from "./paths.js";
import "./risk.css";

/** What could happen to this site, what is being tried now, and what helps most. */
export function RiskPage(): ReactNode {
  const { t, formats } = useWords();
  const summary = useAnswer({ topic: "risk", path: "v1/risk/summary", answer: Summary });
  const graph = useAnswer({ topic: "risk", path: "v1/risk/graph?limit=60", answer: RiskGraph });
  return (
    <Page
      title={t("nav.risk")}
      says={t("risk.says")}
      actions={
        <a className="wk-button" data-kind="secondary" href={addressOf("/risk/imports")}>
          <Upload size={20} aria-hidden />
          {t("risk.imports")}
        </a>
      }
    >
      <RefusalNotice code={summary.refusal} />
      {summary.data === undefined ? null : <Tiles summary={summary.data} />}
      <div className="risk-part">
        <h2>{t("risk.detections")}</h2>
        <p className="wk-muted">{t("risk.detections.says")}</p>
        <DetectionList />
      </div>
      <section className="panel" aria-labelledby="risk-paths">
        <h2 id="risk-paths">{t("risk.paths")}</h2>
        <p className="wk-muted">{t("risk.paths.says")}</p>
        {graph.data === undefined || graph.data.paths.length === 0 ? (
          <Empty icon={Waypoints} says={t("risk.paths.empty")} />
        ) : (
          <Paths graph={graph.data} />
        )}
        <RefusalNotice code={graph.refusal} />
      </section>
      <div className="risk-part">
        <h2>{t("risk.mitigations")}</h2>
        <MitigationList />
      </div>
      <div className="risk-part">
        <h2>{t("risk.assets")}</h2>
        <p className="wk-muted">
          {summary.data === undefined ? "" : t("risk.computed", { at: formats.dateTime(summary.data.computedAt) })}
        </p>
        <AssetList />
      </div>
    </Page>
  );
}

function Tiles({ summary }: { summary: typeof Summary._output }): ReactNode {
  const { t, formats } = useWords();
  const { devices, detections, assets, links, vulnerabilities } = summary;
  return (
    <FigureTiles
      label={t("nav.risk")}
      tiles={[
        {
          ...{
            icon: ShieldAlert,
            value: formats.number(devices.high),
            label: t("risk.tile.high", { count: devices.high }),
          },
          ...{ href: addressOf("/risk", { "a.level": "high" }), tone: devices.high > 0 ? "stop" : "ok" },
        },
        {
          ...{
            icon: TriangleAlert,
            value: formats.number(devices.raised),
            label: t("risk.tile.raised", { count: devices.raised }),
          },
          ...{ href: addressOf("/risk", { "a.level": "raised" }), tone: devices.raised > 0 ? "wait" : "ok" },
        },
        {
          ...{
            icon: BellRing,
            value: formats.number(detections),
            label: t("risk.tile.detections", { count: detections }),
          },
          ...{ href: addressOf("/risk"), tone: detections > 0 ? "wait" : "ok" },
        },
        {
          ...{ icon: Waypoints, value: formats.number(assets), label: t("risk.tile.assets") },
          ...{ href: addressOf("/risk/imports") },
          about: t("risk.tile.about", { links, vulnerabilities }),
        },
      ]}
    />
  );
}
