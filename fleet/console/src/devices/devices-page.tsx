import { DEVICE_STATES } from "@wardkey/protocol/fleet";
import { DEVICE_KINDS } from "@wardkey/protocol/policy";
import { StatusDot } from "@wardkey/ui";
import { Monitor } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { List } from "../list/list.js";
import type { ListColumn, ListFilter } from "../list/list-parts.js";
import { siteSource } from "../list/list-source.js";
import { addressOfOne } from "../shell/address.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { AddDevice } from "./add-device.js";
import { type DeviceRow, DevicesAnswer, WardsAnswer } from "./answers.js";
import { STATE_TONES, summaryOf, worded } from "./health-words.js";

const devices = siteSource({
  topic: "devices",
  path: "v1/devices",
  answer: DevicesAnswer,
  paging: "offset",
  read: ({ total, devices: rows }) => ({ rows, total, next: null }),
});

const BY_NAME = { key: "name", order: "asc" } as const;

/** The findings worth filtering by, gravest first. */
const FINDINGS = [
  ...["offline", "quarantined", "denied", "session-regressed", "deny-lag", "certificate-expired", "lease-ended"],
  ...["camera-down", "clock-off", "policy-lag", "table-lag", "status-lag", "certificate-expiring", "reader-expiring"],
  ...["lease-ending", "journal-behind", "camera-degraded", "degraded", "never-seen"],
];

/** Every kiosk, machine and service of the site. */
export function DevicesPage(): ReactNode {
  const { t } = useWords();
  const { may } = useMe();
  const { data } = useAnswer({ topic: "devices", path: "v1/wards", answer: WardsAnswer });
  return (
    <Page
      title={t("nav.devices")}
      says={t("devices.says")}
      {...(may("operator") ? { actions: <AddDevice wards={data?.wards.map(({ ward }) => ward) ?? []} /> } : {})}
    >
      <List
        title={t("nav.devices")}
        source={devices}
        rowKey={({ id }) => id}
        sort={BY_NAME}
        columns={useColumns()}
        filters={useFilters(data?.wards.map(({ ward }) => ward) ?? [])}
        empty={{ icon: Monitor, says: t("devices.empty") }}
      />
    </Page>
  );
}

function useFilters(wards: readonly string[]): ListFilter[] {
  const { t } = useWords();
  const options = (family: string, codes: readonly string[]) =>
    codes.map((value) => ({ value, label: worded(t, family, value) }));
  return [
    { kind: "text", key: "search", label: t("devices.search") },
    { kind: "choice", key: "ward", label: t("devices.ward"), options: wards.map((value) => ({ value, label: value })) },
    { kind: "choice", key: "kind", label: t("devices.kind"), options: options("device.kind", DEVICE_KINDS) },
    { kind: "choice", key: "state", label: t("devices.state"), options: options("device.state", DEVICE_STATES) },
    {
      kind: "choice",
      key: "health",
      label: t("devices.health"),
      options: [{ value: "any", label: t("devices.health.any") }, ...options("health", FINDINGS)],
    },
  ];
}

function useColumns(): ListColumn<DeviceRow>[] {
  const { t, formats } = useWords();
  const policyOf = ({ reported }: DeviceRow): string =>
    reported?.policy == null ? "–" : formats.number(reported.policy.version);
  const seen = ({ online, seenAt }: DeviceRow): string =>
    online ? t("devices.online") : seenAt === null ? t("kiosk.never") : formats.dateTime(seenAt);
  return [
    {
      key: "name",
      title: t("devices.name"),
      sort: "name",
      cell: (device) => (
        <span className="person">
          <a className="plain-link" href={addressOfOne("/devices", device.id)}>
            {device.name}
          </a>
          <span className="person-about">{`${device.id} · ${worded(t, "device.kind", device.kind)}`}</span>
        </span>
      ),
      text: ({ name }) => name,
    },
    { key: "ward", title: t("devices.ward"), sort: "ward", cell: ({ ward }) => ward, text: ({ ward }) => ward },
    { key: "kind", title: t("devices.kind"), text: ({ kind }) => kind },
    {
      key: "health",
      title: t("devices.health"),
      sort: "health",
      cell: (device) => {
        const { tone, word } = summaryOf(t, device);
        return (
          <span className="person">
            <StatusDot tone={tone} word={word} />
            {device.health.length > 1 ? (
              <span className="person-about">{t("devices.more", { count: device.health.length - 1 })}</span>
            ) : null}
          </span>
        );
      },
      text: ({ health }) => health.map(({ code }) => code).join(" "),
    },
    {
      key: "state",
      title: t("devices.state"),
      sort: "state",
      cell: ({ state }) => <StatusDot tone={STATE_TONES[state] ?? "neutral"} word={worded(t, "device.state", state)} />,
      text: ({ state }) => state,
    },
    {
      key: "policy",
      title: t("devices.policy"),
      align: "end",
      cell: policyOf,
      text: ({ reported }) => (reported?.policy == null ? "" : String(reported.policy.version)),
    },
    {
      key: "seen",
      title: t("devices.seen"),
      sort: "seen",
      first: "desc",
      align: "end",
      cell: (device) => <span className="person-until">{seen(device)}</span>,
      text: ({ seenAt }) => (seenAt === null ? "" : new Date(seenAt).toISOString()),
    },
  ];
}
