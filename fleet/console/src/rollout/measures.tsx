import { StatusDot, Table } from "@wardkey/ui";
import type { ReactNode } from "react";
import type { Arm, Rollout } from "../policy/answers.js";
import { useWords } from "../words.js";

interface Measure {
  readonly name: "false-locks" | "refused" | "tap-time";
  readonly candidate: string;
  readonly control: string;
}

/** What the kiosks with the new policy see, beside those without: this is what halts a roll-out by itself. */
export function Measures({ rollout }: { rollout: Rollout }): ReactNode {
  const { t, formats } = useWords();
  const share = (bad: number, of: number): string =>
    of === 0
      ? t("rollout.measure.nothing")
      : t("rollout.measure.share", {
          bad: formats.number(bad),
          of: formats.number(of),
          percent: `${formats.number((100 * bad) / of, 1)}%`,
        });
  const time = ({ tapP95 }: Arm): string =>
    tapP95 === null ? t("rollout.measure.nothing") : t("rollout.measure.time", { ms: formats.number(tapP95) });
  const { candidate, control, verdict } = rollout;
  const rows: readonly Measure[] = [
    {
      name: "false-locks",
      candidate: share(candidate.falseLocks, candidate.locks),
      control: share(control.falseLocks, control.locks),
    },
    {
      name: "refused",
      candidate: share(candidate.refused, candidate.taps),
      control: share(control.refused, control.taps),
    },
    { name: "tap-time", candidate: time(candidate), control: time(control) },
  ];
  const tone = verdict === "worse" ? "stop" : verdict === "no-worse" ? "ok" : "neutral";
  return (
    <div className="panel">
      <div className="group-head">
        <h2>{t("rollout.measures")}</h2>
        <StatusDot tone={tone} word={t(`rollout.verdict.${verdict}`)} />
      </div>
      <p className="wk-muted">{t("rollout.measures.says")}</p>
      <Table<Measure>
        caption={t("rollout.measures")}
        rows={rows}
        rowKey={({ name }) => name}
        empty=""
        columns={[
          { key: "name", title: t("rollout.measure"), cell: ({ name }) => t(`rollout.measure.${name}`) },
          {
            key: "candidate",
            title: t("policy.version", { version: rollout.version }),
            align: "end",
            cell: (row) => row.candidate,
          },
          { key: "control", title: t("rollout.control"), align: "end", cell: (row) => row.control },
        ]}
      />
    </div>
  );
}
