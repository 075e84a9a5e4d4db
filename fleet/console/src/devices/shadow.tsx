import { Card, StatusDot, Table } from "@wardkey/ui";
import type { ReactNode } from "react";
import { type Fact, Facts } from "../parts/facts.js";
import { addressOfOne } from "../shell/address.js";
import { useWords } from "../words.js";
import type { DeviceRow } from "./answers.js";
import { worded } from "./health-words.js";

/** What the device said last beside what it is asked to be: where they differ, it has not followed yet. */
export function Shadow({ device }: { device: DeviceRow }): ReactNode {
  const { t, formats } = useWords();
  const { reported, desired, difference } = device;
  const policyOf = (policy: { version: number; digest: string } | null | undefined): ReactNode =>
    policy == null ? (
      t("device.no-policy")
    ) : (
      <a className="plain-link" href={addressOfOne("/policy", `version-${policy.version}`)}>
        {t("devices.version", { version: policy.version })}
      </a>
    );
  const rows: readonly (readonly [string, string, ReactNode, ReactNode])[] = [
    ["policy", t("device.policy"), policyOf(reported?.policy), policyOf(desired?.policy)],
    [
      "status",
      t("device.standing"),
      reported === null ? "–" : t(difference.includes("status") ? "device.another" : "device.that"),
      desired === null ? "–" : worded(t, "device.status", desired.status),
    ],
    [
      "deny-list",
      t("device.deny-list"),
      differs(difference, "deny-list", t),
      desired === null ? "–" : t("device.epoch", { epoch: desired.denyEpoch }),
    ],
    ["table", t("device.table"), differs(difference, "table", t), "–"],
  ];
  return (
    <Card title={t("device.shadow")}>
      <Table
        caption={`${t("device.reported")}, ${t("device.desired")}`}
        empty="–"
        rows={rows}
        rowKey={([key]) => key}
        columns={[
          { key: "of", title: t("device.of"), cell: ([, name]) => name },
          { key: "reported", title: t("device.reported"), cell: ([, , said]) => said },
          { key: "desired", title: t("device.desired"), cell: ([, , , wanted]) => wanted },
          {
            key: "agree",
            title: t("device.agree"),
            cell: ([key]) => (
              <StatusDot
                tone={difference.includes(key) ? "wait" : "ok"}
                word={t(difference.includes(key) ? "device.behind" : "device.same")}
              />
            ),
          },
        ]}
      />
      <p className="wk-muted">
        {reported?.at == null ? t("device.nothing-said") : t("device.said-at", { time: formats.dateTime(reported.at) })}
      </p>
    </Card>
  );
}

type Translate = ReturnType<typeof useWords>["t"];
const differs = (difference: readonly string[], what: string, t: Translate): string =>
  t(difference.includes(what) ? "device.older" : "device.newest");

/** Certificates, lease, versions: what runs out when. */
export function Record({ device }: { device: DeviceRow }): ReactNode {
  const { t, formats } = useWords();
  const { reported, tags, addedAt, enrolledAt } = device;
  const until = (at: number | null | undefined): string => (at == null ? "–" : formats.dateTime(at));
  const said: Fact[] =
    reported === null
      ? []
      : [
          [t("device.certificate"), until(reported.certificateExpiresAt)],
          [t("device.reader"), until(reported.readerExpiresAt)],
          [t("device.lease"), until(reported.leaseEndsAt)],
          [t("device.version"), reported.version],
          [t("kiosk.profile"), worded(t, "profile", reported.profile)],
          [t("kiosk.camera"), worded(t, "camera", reported.camera)],
          [t("device.outbox"), formats.number(reported.outbox)],
          [
            t("device.clock"),
            reported.clockOffsetMs === null
              ? "–"
              : t("device.seconds", { seconds: formats.number(reported.clockOffsetMs / 1_000, 1) }),
          ],
        ];
  return (
    <Card title={t("device.record")}>
      <Facts
        facts={[
          [t("devices.id"), device.id],
          [t("device.tags"), tags.length === 0 ? "–" : tags.join(", ")],
          ...said,
          [t("device.added"), formats.dateTime(addedAt)],
          [t("device.enrolled"), until(enrolledAt)],
        ]}
      />
    </Card>
  );
}
