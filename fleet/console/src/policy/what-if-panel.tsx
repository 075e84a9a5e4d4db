import { JournalEvent } from "@wardkey/protocol/fleet";
import type { PolicyContent, PolicyDecision } from "@wardkey/protocol/policy";
import { Notice } from "@wardkey/ui";
import { History } from "@wardkey/ui/icons";
import { type ReactNode, useMemo } from "react";
import { z } from "zod";
import { RowsList } from "../list/rows-list.js";
import { Empty } from "../parts/empty.js";
import { RefusalNotice } from "../session/refusal.js";
import { writeSearch } from "../shell/address.js";
import { useMe } from "../shell/me.js";
import { useAnswer } from "../shell/use-answer.js";
import { CATALOGUES, type StatusKey, useWords } from "../words.js";
import { type FoundDevice, factsOfDevice } from "./answers.js";
import { type Replayed, replay } from "./recorded-facts.js";

const NEWEST = 200;
const Found = z.object({ events: z.array(z.object({ source: z.string(), ...JournalEvent.shape })) });

export interface WhatIfPanelProps {
  readonly inForce: PolicyContent;
  readonly draft: PolicyContent;
  /** One device, or all of `devices` without. */
  readonly device: FoundDevice | null;
  readonly devices: readonly FoundDevice[];
}

/** What the newest recorded taps would have come to under the draft: judged here, by the same rules as at a kiosk. */
export function WhatIfPanel({ inForce, draft, device, devices }: WhatIfPanelProps): ReactNode {
  const { t, formats } = useWords();
  const { may } = useMe();
  const search = writeSearch({ kinds: "session.unlocked,tap.refused", source: device?.id, limit: NEWEST });
  const { data, refusal } = useAnswer({
    topic: "events",
    path: may("operator") ? `v1/events${search}` : null,
    answer: Found,
  });
  const result = useMemo(() => {
    const known = new Map((device === null ? devices : [device]).map((each) => [each.id, factsOfDevice(each)]));
    return replay({ taps: data?.events ?? [], devices: known, inForce, draft });
  }, [data, device, devices, inForce, draft]);
  if (!may("operator")) return <p className="wk-muted">{t("policy.what-if.role")}</p>;
  if (data === undefined) return <RefusalNotice code={refusal} />;
  if (data.events.length === 0) return <Empty icon={History} says={t("policy.what-if.empty")} />;
  const { replayed, aside, changed } = result;
  const keptOut = changed.filter(({ now, then }) => now.outcome === "unlock" && then.outcome === "refuse").length;
  const asked = changed.filter(({ then }) => then.outcome === "challenge").length;
  const letIn = changed.filter(({ now, then }) => now.outcome !== "unlock" && then.outcome === "unlock").length;
  return (
    <div className="what-if">
      <RefusalNotice code={refusal} />
      <dl className="what-if-counts">
        {(
          [
            ["same", replayed - changed.length],
            ["asked", asked],
            ["out", keptOut],
            ["in", letIn],
          ] as const
        ).map(([which, count]) => (
          <div key={which} data-set={count > 0 && which !== "same"}>
            <dt>{t(`policy.what-if.${which}`)}</dt>
            <dd className="wk-figures">{formats.number(count)}</dd>
          </div>
        ))}
      </dl>
      <p className="wk-muted">{t("policy.what-if.says", { replayed, aside })}</p>
      {changed.length === 0 ? (
        <Notice tone="ok" title={t("policy.what-if.none", { count: replayed })} />
      ) : (
        <RowsList<Replayed>
          title={t("policy.view.what-if")}
          name="what-if"
          rows={changed}
          rowKey={({ tap }) => `${tap.source} ${tap.seq}`}
          sort={{ key: "at", order: "desc" }}
          filters={[
            { kind: "text", key: "search", label: t("list.search") },
            {
              kind: "choice",
              key: "then",
              label: t("policy.column.then"),
              options: [...new Set(changed.map(({ then }) => outcomeWords(then, t)))].map((value) => ({
                value,
                label: value,
              })),
            },
          ]}
          empty={{ icon: History, says: t("policy.what-if.empty") }}
          columns={[
            {
              key: "at",
              title: t("policy.column.when"),
              sort: "at",
              first: "desc",
              cell: ({ tap }) => formats.dateTime(tap.at),
              text: ({ tap }) => new Date(tap.at).toISOString(),
            },
            {
              key: "device",
              title: t("policy.column.device"),
              sort: "device",
              cell: ({ tap }) => tap.source,
              text: ({ tap }) => tap.source,
            },
            ...(["now", "then"] as const).map((key) => ({
              ...{ key, title: t(`policy.column.${key}`), sort: key },
              cell: ({ [key]: decision }: Replayed) => <Outcome decision={decision} />,
              text: ({ [key]: decision }: Replayed) => outcomeWords(decision, t),
            })),
          ]}
        />
      )}
    </div>
  );
}

const outcomeWords = (decision: PolicyDecision, t: ReturnType<typeof useWords>["t"]): string =>
  decision.outcome === "challenge"
    ? t(`policy.challenge.${decision.challenge}`)
    : t(`policy.outcome.${decision.outcome}`);

function Outcome({ decision }: { decision: PolicyDecision }): ReactNode {
  const { t } = useWords();
  return (
    <span className="person">
      {outcomeWords(decision, t)}
      <span className="person-about">
        {decision.reasons
          .map((reason) => {
            const key = `policy.reason.${reason}`;
            return isKey(key) ? t(key) : reason;
          })
          .join(", ")}
      </span>
    </span>
  );
}

const isKey = (key: string): key is StatusKey => Object.hasOwn(CATALOGUES.en, key);
