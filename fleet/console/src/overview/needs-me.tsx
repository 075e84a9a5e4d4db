import { LiveRegion, TONE_ICON } from "@wardkey/ui";
import {
  BadgeAlert,
  BellRing,
  ChevronRight,
  ClipboardCheck,
  HeartPulse,
  type LucideIcon,
  Radar,
  ShieldAlert,
  Siren,
  Sprout,
} from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import type { z } from "zod";
import { useApprovals } from "../approvals/use-approvals.js";
import { EmergenciesAnswer } from "../break-glass/answers.js";
import type { HealthCounts } from "../devices/answers.js";
import { worded } from "../devices/health-words.js";
import { EventsAnswer } from "../events/events-list.js";
import { addressOf, writeSearch } from "../shell/address.js";
import { useMe } from "../shell/me.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { RiskSummary } from "./answers.js";
import { ALARM_KINDS, type Need, needsOf } from "./needs.js";

const DAY = 86_400_000;
const MOST_ALARMS = 200;

/** One line that says how it stands, then one line for each thing that somebody has to look at. */
export function NeedsMe({ health }: { health: z.infer<typeof HealthCounts> }): ReactNode {
  const { t } = useWords();
  const needs = useNeeds(health);
  const starting = health.devices === 0;
  const calm = needs.length === 0;
  const tone = calm ? (starting ? "accent" : "ok") : needs.some((need) => need.tone === "stop") ? "stop" : "wait";
  const Picture = calm ? (starting ? Sprout : HeartPulse) : BadgeAlert;
  const line = calm ? t(starting ? "start.line" : "calm.line") : t("needs.line", { count: needs.length });
  return (
    <section className="headline" data-tone={tone}>
      <span className="headline-picture">
        <Picture size={36} aria-hidden />
      </span>
      <div className="headline-words">
        <h2>{line}</h2>
        <LiveRegion message={line} />
        {calm ? (
          <p className="headline-says">{t(starting ? "overview.start" : "overview.calm")}</p>
        ) : (
          <ul className="concerns needs">
            {needs.map((need) => (
              <li key={`${need.kind} ${need.code ?? ""}`}>
                <NeedLine need={need} />
              </li>
            ))}
          </ul>
        )}
        {starting ? (
          <a className="wk-button" data-kind="primary" href={addressOf("/devices")}>
            {t("overview.first-device")}
          </a>
        ) : null}
      </div>
    </section>
  );
}

function useNeeds(health: z.infer<typeof HealthCounts>): Need[] {
  const { may } = useMe();
  const operator = may("operator");
  const [since] = useState(() => Math.floor((Date.now() - DAY) / 60_000) * 60_000);
  const search = writeSearch({ kinds: ALARM_KINDS.join(","), from: since, limit: MOST_ALARMS });
  const alarms = useAnswer({ topic: "alarms", path: operator ? `v1/events${search}` : null, answer: EventsAnswer });
  const emergencies = useAnswer({
    topic: "break-glass",
    path: operator ? "v1/break-glass?limit=500" : null,
    answer: EmergenciesAnswer,
  });
  const risk = useAnswer({ topic: "risk", path: "v1/risk/summary", answer: RiskSummary });
  const { approvals } = useApprovals();
  return needsOf({
    findings: health.findings,
    approvals: approvals.filter(({ state }) => state === "proposed").length,
    emergencies: emergencies.data?.emergencies,
    alarms: alarms.data === undefined ? undefined : { count: alarms.data.events.length, since },
    risk: risk.data,
  });
}

const ICONS: Readonly<Record<Exclude<Need["kind"], "finding">, LucideIcon>> = {
  alarm: BellRing,
  emergency: Siren,
  risk: ShieldAlert,
  detection: Radar,
  approval: ClipboardCheck,
};

function NeedLine({ need }: { need: Need }): ReactNode {
  const { t } = useWords();
  const { kind, code, tone, count, href } = need;
  const Icon = kind === "finding" ? TONE_ICON[tone] : ICONS[kind];
  const words =
    kind === "finding"
      ? t("needs.finding", { count, what: worded(t, "health", code ?? "") })
      : t(`needs.${kind}`, { count });
  return (
    <a className="need" data-tone={tone} href={href}>
      <Icon size={20} aria-hidden />
      <span>{words}</span>
      <ChevronRight size={18} aria-hidden />
    </a>
  );
}
