import { assertNever } from "@wardkey/protocol";
import type { SiteOverview } from "@wardkey/protocol/fleet";
import { Notice, type Tone } from "@wardkey/ui";
import {
  BadgeAlert,
  CameraOff,
  CircleCheck,
  HeartPulse,
  Link2Off,
  type LucideIcon,
  ShieldAlert,
  Sprout,
  TimerReset,
  TriangleAlert,
  Unplug,
} from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import type { Concern } from "./concerns.js";
import { sentenceOf } from "./event-words.js";
import { useWords } from "./words.js";

export interface HeadlineProps {
  readonly overview: SiteOverview;
  readonly concerns: readonly Concern[];
  readonly now: number;
  readonly nameOf: (staffId: string) => string;
}

/** Is care running, is anybody attacking, what needs me: one line, then one notice for each thing. */
export function Headline({ overview, concerns, now, nameOf }: HeadlineProps): ReactNode {
  const { t } = useWords();
  if (concerns.length === 0) {
    const starting = overview.kiosks.length === 0;
    return (
      <section className="headline" data-tone={starting ? "accent" : "ok"}>
        <span className="headline-picture">
          {starting ? <Sprout size={40} aria-hidden /> : <HeartPulse size={40} aria-hidden />}
        </span>
        <div>
          <h1>{t(starting ? "start.line" : "calm.line")}</h1>
          <p className="headline-says">{t(starting ? "start.says" : "calm.says")}</p>
        </div>
      </section>
    );
  }
  const worst = concerns.some((concern) => LOOKS[concern.kind].tone === "stop") ? "stop" : "wait";
  return (
    <section className="headline" data-tone={worst}>
      <span className="headline-picture">
        <BadgeAlert size={40} aria-hidden />
      </span>
      <div className="headline-words">
        <h1>{t("needs.line", { count: concerns.length })}</h1>
        <ul className="concerns">
          {concerns.map((concern) => (
            <li key={keyOf(concern)}>
              <ConcernNotice concern={concern} now={now} nameOf={nameOf} />
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

const LOOKS: Readonly<Record<Concern["kind"], { tone: Tone; icon: LucideIcon }>> = {
  chain: { tone: "stop", icon: Link2Off },
  alert: { tone: "stop", icon: ShieldAlert },
  silent: { tone: "wait", icon: Unplug },
  lease: { tone: "wait", icon: TimerReset },
  camera: { tone: "wait", icon: CameraOff },
  degraded: { tone: "wait", icon: TriangleAlert },
  certificate: { tone: "wait", icon: TimerReset },
  credential: { tone: "wait", icon: CircleCheck },
};

function keyOf(concern: Concern): string {
  switch (concern.kind) {
    case "alert":
      return `${concern.kind} ${concern.entry.kiosk} ${concern.entry.seq}`;
    case "credential":
      return `${concern.kind} ${concern.person.staffId}`;
    case "chain":
    case "silent":
    case "lease":
    case "camera":
    case "degraded":
    case "certificate":
      return `${concern.kind} ${concern.kiosk.id}`;
    default:
      return assertNever(concern);
  }
}

function ConcernNotice({
  concern,
  now,
  nameOf,
}: {
  concern: Concern;
  now: number;
  nameOf: (staffId: string) => string;
}): ReactNode {
  const { t, formats } = useWords();
  const { tone, icon } = LOOKS[concern.kind];
  const words = (): [string, string] => {
    switch (concern.kind) {
      case "chain":
        return [t("concern.chain", { kiosk: concern.kiosk.name }), t("concern.chain.do")];
      case "alert": {
        const event = sentenceOf(concern.entry, { t, nameOf });
        const kiosk = concern.kiosk?.name ?? concern.entry.kiosk;
        return [
          t("concern.alert", { kiosk, event }),
          t("concern.alert.do", { time: formats.exactTime(concern.entry.at) }),
        ];
      }
      case "silent": {
        const { name, lastSeenAt } = concern.kiosk;
        const ago = lastSeenAt === null ? t("kiosk.never") : formats.ago(lastSeenAt, now);
        return [t("concern.silent", { kiosk: name, ago }), t("concern.silent.do")];
      }
      case "lease":
        return [
          t("concern.lease", { kiosk: concern.kiosk.name, time: formats.time(concern.until) }),
          t("concern.lease.do"),
        ];
      case "camera":
        return [t("concern.camera", { kiosk: concern.kiosk.name }), t("concern.camera.do")];
      case "degraded":
        return [t("concern.degraded", { kiosk: concern.kiosk.name }), t("concern.degraded.do")];
      case "certificate":
        return [
          t("concern.certificate", {
            kiosk: concern.kiosk.name,
            date: formats.date(concern.kiosk.readerExpiresAt),
          }),
          t("concern.certificate.do"),
        ];
      case "credential":
        return [t("concern.credential", { name: concern.person.name }), t("concern.credential.do")];
      default:
        return assertNever(concern);
    }
  };
  const [what, doThis] = words();
  return (
    <Notice tone={tone} icon={icon} title={what}>
      <p>{doThis}</p>
    </Notice>
  );
}
