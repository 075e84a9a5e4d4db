import { DETECTORS } from "@wardkey/protocol/fleet";
import { StatusDot } from "@wardkey/ui";
import { ShieldCheck } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { ask } from "../api/ask.js";
import { auditAddress } from "../audit/address.js";
import { List } from "../list/list.js";
import { siteSource } from "../list/list-source.js";
import { Act } from "../parts/act.js";
import { SelectField } from "../parts/select-field.js";
import { addressOfOne } from "../shell/address.js";
import { useMe } from "../shell/me.js";
import { useRenew } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { Detection, DetectionsAnswer } from "./answers.js";
import { percentOf, reasonOf, risked } from "./risk-words.js";

const source = siteSource({
  topic: "risk",
  path: "v1/risk/detections",
  answer: DetectionsAnswer,
  paging: "offset",
  read: ({ total, detections }) => ({ rows: detections, total, next: null }),
});

const NEWEST = { key: "last", order: "desc" } as const;

/** What detectors noticed, why, and until when it counts. */
export function DetectionList(): ReactNode {
  const { t, formats } = useWords();
  const { may } = useMe();
  const about = (detection: Detection): string =>
    detection.device ?? (detection.detector === "sign-in-burst" ? t("risk.about.console") : "–");
  return (
    <List
      title={t("risk.detections")}
      name="d"
      source={source}
      rowKey={({ id }) => id}
      sort={NEWEST}
      filters={[
        {
          ...{ kind: "text", key: "search" },
          label: t(may("operator") ? "risk.detections.find" : "risk.detections.find-device"),
        },
        {
          ...{ kind: "choice", key: "state", label: t("risk.state") },
          options: ["past", "any"].map((value) => ({ value, label: risked(t, "state", value) })),
        },
        {
          ...{ kind: "choice", key: "detector", label: t("risk.detector") },
          options: DETECTORS.map((value) => ({ value, label: risked(t, "detector", value) })),
        },
      ]}
      columns={[
        {
          key: "what",
          title: t("risk.detector"),
          sort: "detector",
          cell: (each) => (
            <span className="person">
              <span>{risked(t, "detector", each.detector)}</span>
              <span className="person-about">{reasonOf(t, each)}</span>
            </span>
          ),
          text: ({ detector }) => detector,
        },
        {
          key: "about",
          title: t("risk.about"),
          sort: "device",
          cell: (each) => (
            <span className="person">
              {each.device === null ? (
                about(each)
              ) : (
                <a className="plain-link" href={addressOfOne("/risk", `device:${each.device}`)}>
                  {each.device}
                </a>
              )}
              {each.staffId === null ? null : (
                <a className="person-about" href={addressOfOne("/people", each.staffId)}>
                  {each.staffId}
                </a>
              )}
            </span>
          ),
          text: (each) => `${about(each)} ${each.staffId ?? ""}`.trim(),
        },
        {
          key: "strength",
          title: t("risk.strength"),
          sort: "strength",
          first: "desc",
          align: "end",
          cell: ({ strength }) => percentOf(strength, formats.number),
          text: ({ strength }) => String(strength),
        },
        {
          key: "last",
          title: t("risk.last"),
          sort: "last",
          first: "desc",
          align: "end",
          cell: ({ lastAt }) => formats.dateTime(lastAt),
          text: ({ lastAt }) => new Date(lastAt).toISOString(),
        },
        {
          key: "until",
          title: t("risk.until"),
          sort: "until",
          align: "end",
          cell: (each) => <Until detection={each} />,
          text: ({ until }) => new Date(until).toISOString(),
        },
        {
          key: "act",
          title: t("risk.act"),
          cell: (each) =>
            each.active && may("security-officer") ? (
              <Dismiss detection={each} />
            ) : may("operator") ? (
              <a className="plain-link" href={auditAddress({ kinds: ["risk.detected"] })}>
                {t("risk.audit")}
              </a>
            ) : (
              "–"
            ),
        },
      ]}
      empty={{ icon: ShieldCheck, says: t("risk.detections.empty") }}
    />
  );
}

function Until({ detection }: { detection: Detection }): ReactNode {
  const { t, formats } = useWords();
  const { active, dismissed, until } = detection;
  if (dismissed !== null) {
    const why = risked(t, "dismiss", dismissed.reason);
    return <StatusDot tone="neutral" word={t("risk.dismissed", { why, by: dismissed.by })} />;
  }
  return active ? formats.dateTime(until) : <StatusDot tone="neutral" word={t("risk.over")} />;
}

const REASONS = ["handled", "false-alarm", "test"] as const;

function Dismiss({ detection }: { detection: Detection }): ReactNode {
  const { t } = useWords();
  const renew = useRenew("risk", "devices", "overview");
  const [reason, setReason] = useState<string>(REASONS[0]);
  const what = risked(t, "detector", detection.detector);
  return (
    <Act
      label={t("risk.dismiss")}
      title={t("risk.dismiss.title", { what })}
      says={
        <>
          <p>{t("risk.dismiss.says", { about: detection.device ?? t("risk.about.console") })}</p>
          <SelectField
            label={t("risk.dismiss.why")}
            value={reason}
            onChange={setReason}
            options={REASONS.map((value) => ({ value, label: risked(t, "dismiss", value) }))}
          />
        </>
      }
      confirm={t("risk.dismiss.confirm")}
      work={async () => {
        const path = `v1/risk/detections/${detection.id}/dismiss`;
        await ask({ method: "POST", path, body: { reason }, answer: Detection });
        await renew();
        return t("risk.dismiss.did", { what });
      }}
    />
  );
}
