import type { SiteOverview } from "@wardkey/protocol/fleet";
import { StatusDot, type Tone } from "@wardkey/ui";
import {
  CircleHelp,
  FlaskConical,
  Footprints,
  Lock,
  LockOpen,
  type LucideIcon,
  Monitor,
  PersonStanding,
  ScanFace,
  ShieldX,
  TriangleAlert,
} from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { inTouch } from "./concerns.js";
import { type StatusKey, useWords } from "./words.js";

type Kiosk = SiteOverview["kiosks"][number];
type State = NonNullable<Kiosk["state"]>;

/** One card a kiosk: what it is doing, what it needs, how long it may go on alone. */
export function Kiosks({ kiosks, now }: { kiosks: readonly Kiosk[]; now: number }): ReactNode {
  const { t } = useWords();
  return (
    <section className="kiosks" id="kiosks" aria-labelledby="kiosks-title">
      <h2 id="kiosks-title">{t("kiosks.title")}</h2>
      {kiosks.length === 0 ? (
        <div className="nothing">
          <Monitor size={32} aria-hidden />
          <p>{t("kiosks.empty")}</p>
        </div>
      ) : (
        <ul className="kiosk-cards">
          {kiosks.map((kiosk) => (
            <li key={kiosk.id}>
              <KioskCard kiosk={kiosk} now={now} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const STATES: Readonly<Record<State, { tone: Tone; icon: LucideIcon }>> = {
  locked: { tone: "neutral", icon: Lock },
  "someone-near": { tone: "accent", icon: PersonStanding },
  identifying: { tone: "accent", icon: ScanFace },
  unlocked: { tone: "ok", icon: LockOpen },
  leaving: { tone: "wait", icon: Footprints },
  refused: { tone: "wait", icon: ShieldX },
  degraded: { tone: "stop", icon: TriangleAlert },
};

const CAMERAS: Readonly<Record<NonNullable<Kiosk["camera"]>, Tone>> = { ok: "ok", degraded: "wait", down: "stop" };

function KioskCard({ kiosk, now }: { kiosk: Kiosk; now: number }): ReactNode {
  const { t, formats } = useWords();
  const { tone, icon: Icon } = kiosk.state === null ? { tone: "neutral", icon: CircleHelp } : STATES[kiosk.state];
  const camera = kiosk.camera ?? "unknown";
  const lastSeen = kiosk.lastSeenAt;
  return (
    <article className="kiosk" data-tone={tone} aria-labelledby={`kiosk-${kiosk.id}`}>
      <header className="kiosk-head">
        <span className="kiosk-picture">
          <Icon size={28} aria-hidden />
        </span>
        <div className="kiosk-place">
          <h3 id={`kiosk-${kiosk.id}`}>{kiosk.name}</h3>
          <p className="wk-muted">{kiosk.ward}</p>
        </div>
        <p className="kiosk-state">{t(`state.${kiosk.state ?? "unknown"}` satisfies StatusKey)}</p>
      </header>
      <dl className="facts">
        <Fact label={t("kiosk.camera")}>
          <StatusDot
            tone={camera === "unknown" ? "neutral" : CAMERAS[camera]}
            word={t(`camera.${camera}` satisfies StatusKey)}
          />
        </Fact>
        <Fact label={t("kiosk.seen")}>
          <StatusDot
            tone={inTouch(kiosk, now) ? "ok" : "wait"}
            word={lastSeen === null ? t("kiosk.never") : formats.ago(lastSeen, Math.max(now, lastSeen))}
          />
        </Fact>
        <Fact label={t("kiosk.journal")}>
          <StatusDot
            tone={kiosk.chainValid ? "ok" : "stop"}
            word={`${t(kiosk.chainValid ? "kiosk.whole" : "kiosk.broken")}, ${t("kiosk.entries", { count: kiosk.journalSeq })}`}
          />
        </Fact>
        <Fact label={t("kiosk.lease")}>
          {kiosk.statusExpiresAt === null ? t("kiosk.none") : formats.dateTime(kiosk.statusExpiresAt)}
        </Fact>
        <Fact label={t("kiosk.certificate")}>{formats.date(kiosk.readerExpiresAt)}</Fact>
        <Fact label={t("kiosk.profile")}>
          {kiosk.profile === "demo" ? (
            <StatusDot tone="wait" icon={FlaskConical} word={t("profile.demo")} />
          ) : (
            t(`profile.${kiosk.profile ?? "unknown"}` satisfies StatusKey)
          )}
        </Fact>
      </dl>
    </article>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <div className="fact">
      <dt>{label}</dt>
      <dd className="wk-figures">{children}</dd>
    </div>
  );
}
