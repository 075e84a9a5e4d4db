import { StatusDot } from "@wardkey/ui";
import { CheckCheck } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { RowsList } from "../list/rows-list.js";
import { addressOfOne } from "../shell/address.js";
import { useWords } from "../words.js";
import type { Behind, Progress } from "./answers.js";

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
          <RowsList<Behind>
            title={t("rollout.behind.list")}
            name="behind"
            rows={some}
            rowKey={({ device }) => device}
            filters={[
              { kind: "text", key: "search", label: t("list.search") },
              {
                kind: "choice",
                key: "online",
                label: t("rollout.connected"),
                options: (["online", "away"] as const).map((value) => ({ value, label: t(`rollout.${value}`) })),
              },
            ]}
            empty={{ icon: CheckCheck, says: t("list.none") }}
            columns={[
              {
                key: "device",
                title: t("policy.column.device"),
                sort: "device",
                text: ({ name }) => name,
                cell: ({ device, name, ward }) => (
                  <span className="person">
                    <a className="plain-link" href={addressOfOne("/devices", device)}>
                      {name}
                    </a>
                    <span className="person-about">{ward}</span>
                  </span>
                ),
              },
              { key: "id", title: t("devices.id"), text: ({ device }) => device },
              { key: "ward", title: t("devices.ward"), text: ({ ward }) => ward },
              {
                key: "online",
                title: t("rollout.connected"),
                sort: "online",
                text: ({ online }) => (online ? "online" : "away"),
                cell: ({ online }) => (
                  <StatusDot tone={online ? "ok" : "wait"} word={t(online ? "rollout.online" : "rollout.away")} />
                ),
              },
              {
                key: "version",
                title: t("rollout.works-by"),
                sort: "version",
                align: "end",
                cell: ({ version }) => (version === null ? "–" : formats.number(version)),
                text: ({ version }) => String(version ?? ""),
                value: ({ version }) => version ?? 0,
              },
              {
                key: "wanted",
                title: t("rollout.should"),
                sort: "wanted",
                align: "end",
                cell: ({ wanted }) => formats.number(wanted),
                text: ({ wanted }) => String(wanted),
                value: ({ wanted }) => wanted,
              },
            ]}
          />
          {some.length < behind ? (
            <p className="wk-muted">{t("rollout.behind.more", { count: behind - some.length })}</p>
          ) : null}
        </>
      )}
    </section>
  );
}
