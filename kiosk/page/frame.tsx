import type { ScreenView } from "@wardkey/protocol/screen";
import { LanguageSwitch, StatusDot, type Tone } from "@wardkey/ui";
import { type ReactNode, useEffect, useRef } from "react";
import { SoundSwitch } from "./cues/sound-switch.js";
import { DemoStrip } from "./demo-strip.js";
import type { SceneTone } from "./scene/scene.js";
import { type KioskKey, useWords } from "./words.js";

export interface FrameProps {
  readonly view: ScreenView;
  readonly now: number;
  readonly tone: SceneTone;
  /** The screen's one line. */
  readonly line: string;
  readonly children: ReactNode;
  readonly picture: ReactNode;
  /** At the foot of the words: what an operator may do here. */
  readonly foot?: ReactNode;
  /** Moves the focus to the line when it changes: for steps that follow each other. */
  readonly focusOn?: string;
}

/** Every full screen of the kiosk: the words on one side, the picture on the other, the state's colour behind it. */
export function Frame({ view, now, tone, line, children, picture, foot, focusOn }: FrameProps): ReactNode {
  const { formats } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focusOn !== undefined) heading.current?.focus();
  }, [focusOn]);
  return (
    <div className="kiosk" data-tone={tone}>
      <DemoStrip view={view} />
      <header className="kiosk-head">
        <div className="place">
          <p className="place-ward">{view.device.ward}</p>
          <p className="place-device">{view.device.name}</p>
        </div>
        <div className="clock">
          <p className="clock-time wk-figures">{formats.time(now)}</p>
          <p className="clock-day">{formats.day(now)}</p>
        </div>
      </header>
      <main className="kiosk-main">
        <div className="kiosk-words">
          <h1 className="line" ref={heading} tabIndex={-1}>
            {line}
          </h1>
          {children}
        </div>
        <div className="kiosk-stage">
          <div className="picture">{picture}</div>
        </div>
      </main>
      <footer className="kiosk-foot">
        {foot ?? <Health health={view.health} />}
        <div className="foot-controls">
          <SoundSwitch />
          <LanguageSwitch />
        </div>
      </footer>
    </div>
  );
}

const HEALTH_TONE: Readonly<Record<ScreenView["health"]["phone"], Tone>> = {
  ok: "ok",
  degraded: "wait",
  down: "stop",
};

const PARTS = ["phone", "camera", "fleet", "journal"] as const;

function Health({ health }: { health: ScreenView["health"] }): ReactNode {
  const { t } = useWords();
  return (
    <ul className="health" aria-label={t("health.title")}>
      {PARTS.map((part) => (
        <li key={part}>
          <StatusDot
            tone={HEALTH_TONE[health[part]]}
            about={t(`health.${part}` satisfies KioskKey)}
            word={t(`health.${health[part]}` satisfies KioskKey)}
            quiet={health[part] === "ok"}
          />
        </li>
      ))}
    </ul>
  );
}
