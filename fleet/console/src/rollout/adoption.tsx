import { StatusDot, Table } from "@wardkey/ui";
import type { ReactNode } from "react";
import { addressOfOne } from "../shell/address.js";
import { useWords } from "../words.js";
import type { Behind, Progress } from "./answers.js";

/** Those that are connected come first: the others cannot be there yet. */
const NAMED = 10;

/** How many devices say that they work by what they should, and who does not yet. */
export function Adoption({ progress }: { progress: Progress }): ReactNode {
  const { t, formats } = useWords();
  const { candidate, stable, behind, some } = progress;
  const bars = [
    ...(candidate === null || candidate.chosen === 0 ? [] : [candidate]),
    ...(stable.chosen === 0 ? [] : [stable]),
  ];
  return (
    <section className="panel" aria-label={t("rollout.adoption")}>
      <h2>{t("rollout.adoption")}</h2>
      {bars.map(({ version, chosen, there }) => (
        <div key={version} className="adoption">
          <span>{t("policy.version", { version })}</span>
          <progress max={Math.max(1, chosen)} value={there} aria-label={t("policy.version", { version })} />
          <span className="wk-figures">
            {t("rollout.adoption.of", { there: formats.number(there), chosen: formats.number(chosen) })}
          </span>
        </div>
      ))}
      {bars.length === 0 ? <p className="wk-muted">{t("rollout.adoption.nobody")}</p> : null}
      {behind === 0 ? null : (
        <>
          <h3>{t("rollout.behind", { count: behind })}</h3>
          <Table<Behind>
            caption={t("rollout.behind", { count: behind })}
            rows={some.slice(0, NAMED)}
            rowKey={({ device }) => device}
            empty=""
            columns={[
              {
                key: "device",
                title: t("policy.column.device"),
                cell: ({ device, name, ward }) => (
                  <span className="person">
                    <a className="plain-link" href={addressOfOne("/devices", device)}>
                      {name}
                    </a>
                    <span className="person-about">{ward}</span>
                  </span>
                ),
              },
              {
                key: "online",
                title: t("rollout.connected"),
                cell: ({ online }) => (
                  <StatusDot tone={online ? "ok" : "wait"} word={t(online ? "rollout.online" : "rollout.away")} />
                ),
              },
              {
                key: "version",
                title: t("rollout.works-by"),
                align: "end",
                cell: ({ version }) => (version === null ? "–" : formats.number(version)),
              },
              { key: "wanted", title: t("rollout.should"), align: "end", cell: ({ wanted }) => formats.number(wanted) },
            ]}
          />
          {NAMED < behind ? <p className="wk-muted">{t("rollout.behind.more", { count: behind - NAMED })}</p> : null}
        </>
      )}
    </section>
  );
}
