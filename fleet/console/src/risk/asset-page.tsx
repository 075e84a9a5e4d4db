import { StatusDot } from "@wardkey/ui";
import { Bug } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { RowsList } from "../list/rows-list.js";
import { Facts } from "../parts/facts.js";
import { RefusalNotice } from "../session/refusal.js";
import { addressOf, addressOfOne } from "../shell/address.js";
import { Page } from "../shell/page.js";
import { useAnswer } from "../shell/use-answer.js";
import { usePathId } from "../shell/use-search.js";
import { useWords } from "../words.js";
import { AssetAnswer, RiskGraph } from "./answers.js";
import { nameOf, Paths } from "./paths.js";
import { LEVEL_TONES, percentOf, reasonOf, risked } from "./risk-words.js";
import "./risk.css";

/** One asset: why it is at risk, what it was told, how somebody comes there, and what lies around it. */
export function AssetPage(): ReactNode {
  const { t } = useWords();
  const id = usePathId();
  const asked = encodeURIComponent(id);
  const { data, refusal } = useAnswer({ topic: "risk", path: `v1/risk/asset?id=${asked}`, answer: AssetAnswer });
  const graph = useAnswer({ topic: "risk", path: `v1/risk/graph?limit=60&focus=${asked}`, answer: RiskGraph });
  const here = data?.asset.id === id ? data : undefined;
  const title = here === undefined ? id : nameOf(t, id, here.asset.name);
  return (
    <Page title={title} above={[{ title: t("nav.risk"), href: addressOf("/risk") }]} {...linkOf(t, id)}>
      <RefusalNotice code={here === undefined ? refusal : null} />
      {here === undefined ? null : (
        <>
          <div className="status-pair">
            <section className="panel" aria-labelledby="risk-facts">
              <h2 id="risk-facts">{t("risk.about-it")}</h2>
              <Figures answer={here} />
            </section>
            <section className="panel" aria-labelledby="risk-why">
              <h2 id="risk-why">{t("risk.why")}</h2>
              <Why answer={here} />
            </section>
          </div>
          <section className="panel" aria-labelledby="risk-around">
            <h2 id="risk-around">{t("risk.around")}</h2>
            {graph.data === undefined ? null : <Paths graph={graph.data} />}
          </section>
          <Vulnerabilities answer={here} />
        </>
      )}
    </Page>
  );
}

function linkOf(t: ReturnType<typeof useWords>["t"], id: string): { actions?: ReactNode } {
  const [kind = "", ...rest] = id.split(":");
  const places: Readonly<Record<string, "/devices" | "/people">> = { device: "/devices", person: "/people" };
  const place = Object.hasOwn(places, kind) ? places[kind] : undefined;
  if (place === undefined) return {};
  return {
    actions: (
      <a className="wk-button" data-kind="secondary" href={addressOfOne(place, rest.join(":"))}>
        {t(place === "/devices" ? "risk.to-device" : "risk.to-person")}
      </a>
    ),
  };
}

function Figures({ answer }: { answer: AssetAnswer }): ReactNode {
  const { t, formats } = useWords();
  const { asset, told } = answer;
  const share = (value: number): string => percentOf(value, formats.number);
  return (
    <Facts
      facts={[
        [t("risk.kind"), risked(t, "kind", asset.kind)],
        [t("risk.zone"), asset.zone],
        [t("risk.likelihood"), share(asset.likelihood)],
        [t("risk.seen"), share(asset.seen)],
        [t("risk.stake"), share(asset.stake)],
        [t("risk.impact"), formats.number(Math.round(asset.impact * 10))],
        ...(asset.kind === "device"
          ? ([
              [
                t("risk.level"),
                <StatusDot key="level" tone={LEVEL_TONES[asset.level]} word={risked(t, "level", asset.level)} />,
              ],
            ] as const)
          : []),
        ...(told === null || told.level === "normal"
          ? []
          : ([
              [t("risk.told"), told.said ? t("risk.told.said") : t("risk.told.waits")],
              [t("risk.until"), told.until === null ? "–" : formats.dateTime(told.until)],
              [t("risk.quarantined"), told.quarantined ? t("risk.yes") : t("risk.no")],
            ] as const)),
      ]}
    />
  );
}

function Why({ answer }: { answer: AssetAnswer }): ReactNode {
  const { t, formats } = useWords();
  const { detections, behaviours } = answer;
  if (detections.length === 0 && behaviours.length === 0) return <p>{t("risk.why.nothing")}</p>;
  return (
    <ul className="risk-why">
      {detections.map((each) => (
        <li key={each.id}>
          <strong>{risked(t, "detector", each.detector)}</strong>
          <span>{reasonOf(t, each)}</span>
          <span className="wk-muted">{t("risk.why.until", { until: formats.dateTime(each.until) })}</span>
        </li>
      ))}
      {behaviours.map(({ name, rate }) => (
        <li key={name}>
          <strong>{risked(t, "behaviour", name)}</strong>
          <span>{t("risk.why.often", { count: Math.round(rate) })}</span>
        </li>
      ))}
    </ul>
  );
}

function Vulnerabilities({ answer }: { answer: AssetAnswer }): ReactNode {
  const { t, formats } = useWords();
  const { vulnerabilities } = answer;
  if (vulnerabilities.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="risk-cves">
      <h2 id="risk-cves">{t("risk.vulnerabilities")}</h2>
      <RowsList
        title={t("risk.vulnerabilities")}
        name="v"
        rows={vulnerabilities}
        rowKey={({ cve }) => cve}
        sort={{ key: "cvss", order: "desc" }}
        filters={[{ kind: "text", key: "search", label: t("list.search") }]}
        empty={{ icon: Bug, says: t("risk.why.nothing") }}
        columns={[
          { key: "cve", title: "CVE", sort: "cve", cell: ({ cve }) => cve, text: ({ cve }) => cve },
          {
            key: "cvss",
            title: "CVSS",
            sort: "cvss",
            first: "desc",
            align: "end",
            cell: ({ cvss }) => formats.number(cvss),
            text: ({ cvss }) => String(cvss),
            value: ({ cvss }) => cvss,
          },
          {
            key: "epss",
            title: "EPSS",
            sort: "epss",
            first: "desc",
            align: "end",
            cell: ({ epss }) => (epss === null ? t("risk.unknown") : percentOf(epss, formats.number)),
            text: ({ epss }) => (epss === null ? "" : String(epss)),
            value: ({ epss }) => epss ?? -1,
          },
        ]}
      />
    </section>
  );
}
