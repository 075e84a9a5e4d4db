import { Notice, StatusDot } from "@wardkey/ui";
import type { ReactNode } from "react";
import { EventsList } from "../events/events-list.js";
import { RefusalNotice } from "../session/refusal.js";
import { addressOf } from "../shell/address.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useAnswer } from "../shell/use-answer.js";
import { usePathId } from "../shell/use-search.js";
import { useWords } from "../words.js";
import { DeviceAnswer, type DeviceRow } from "./answers.js";
import { Certificates } from "./certificates.js";
import { Commands } from "./commands.js";
import { DeviceActs } from "./device-acts.js";
import { findingWords, SEVERITY_TONES, STATE_TONES, worded } from "./health-words.js";
import { Record, Shadow } from "./shadow.js";

/** One device: how it does, what it says and should be, what can be done with it, what it journaled. */
export function DevicePage(): ReactNode {
  const id = usePathId();
  const { t } = useWords();
  const { may } = useMe();
  const { data, refusal } = useAnswer({
    topic: "devices",
    path: `v1/devices/${encodeURIComponent(id)}`,
    answer: DeviceAnswer,
  });
  const device = data?.device;
  return (
    <Page
      title={device?.name ?? id}
      above={[{ title: t("nav.devices"), href: addressOf("/devices") }]}
      {...(device === undefined ? {} : { says: <Standing device={device} /> })}
      {...(device === undefined || !may("operator") ? {} : { actions: <DeviceActs device={device} /> })}
    >
      <RefusalNotice code={refusal} />
      {data === undefined || device === undefined ? null : (
        <>
          <Findings device={device} />
          <div className="status-pair">
            <Shadow device={device} />
            <Record device={device} />
          </div>
          <Certificates key={device.id} device={device.id} />
          <Commands device={device} commands={data.commands} />
          {may("operator") ? <EventsList title={t("device.events")} of={{ source: device.id }} /> : null}
        </>
      )}
    </Page>
  );
}

function Standing({ device }: { device: DeviceRow }): ReactNode {
  const { t, formats } = useWords();
  const { state, reason, online, seenAt, ward, kind } = device;
  return (
    <span className="chips">
      <span>{ward}</span>
      <span>{worded(t, "device.kind", kind)}</span>
      <StatusDot
        chip
        tone={STATE_TONES[state] ?? "neutral"}
        word={reason === null ? worded(t, "device.state", state) : `${worded(t, "device.state", state)}: ${reason}`}
      />
      <StatusDot
        chip
        tone={online ? "ok" : "neutral"}
        word={
          online
            ? t("devices.online")
            : seenAt === null
              ? t("kiosk.never")
              : t("device.last-heard", { time: formats.dateTime(seenAt) })
        }
      />
    </span>
  );
}

function Findings({ device }: { device: DeviceRow }): ReactNode {
  const { t } = useWords();
  if (device.health.length === 0) return device.online ? <Notice tone="ok" title={t("device.well")} /> : null;
  return (
    <ul className="concerns">
      {device.health.map((finding) => {
        const { what, act } = findingWords(t, finding);
        return (
          <li key={finding.code}>
            <Notice tone={SEVERITY_TONES[finding.severity]} title={what}>
              {act === null ? null : <p>{act}</p>}
            </Notice>
          </li>
        );
      })}
    </ul>
  );
}
