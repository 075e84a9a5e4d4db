import type { FromScreen, ScreenView, SessionView } from "@wardkey/protocol/screen";
import { Button, LanguageSwitch } from "@wardkey/ui";
import { Lock, LockKeyholeOpen } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { DemoStrip } from "../demo-strip.js";
import { LessonLine } from "../lesson/lesson-line.js";
import { useWords } from "../words.js";
import { ProcedureSwitch } from "./procedure-switch.js";

export interface SessionBarProps {
  readonly view: ScreenView;
  readonly session: Extract<SessionView, { state: "unlocked" }>;
  readonly now: number;
  readonly onLock: () => void;
  readonly send: (message: FromScreen) => void;
}

/** The thin bar over an open workstation: who is in, since when, and the way out. */
export function SessionBar({ view, session, now, onLock, send }: SessionBarProps): ReactNode {
  const { t, formats } = useWords();
  return (
    <div className="open">
      <header className="bar">
        <LockKeyholeOpen size={26} aria-hidden />
        <h1 className="bar-name">{session.name}</h1>
        {session.until === null ? (
          <p className="bar-since">
            {t("session.open")} {t("session.since", { time: formats.time(session.since) })}
          </p>
        ) : (
          <p className="bar-alone">
            <strong>{t("session.lock-it")}</strong>
            <span className="bar-until">{t("session.until", { time: formats.time(session.until) })}</span>
          </p>
        )}
        {session.procedure === undefined ? null : (
          <ProcedureSwitch
            procedure={session.procedure}
            now={now}
            onChange={(running) => send({ type: "procedure", running })}
          />
        )}
        <p className="bar-clock wk-figures">
          <span className="wk-hidden">{t("session.clock")} </span>
          {formats.elapsed(now - session.since)}
        </p>
        <Button className="bar-lock" icon={<Lock size={20} aria-hidden />} onPress={onLock}>
          {t("session.lock")}
        </Button>
      </header>
      {view.lesson === undefined || view.nudge !== undefined ? null : (
        <LessonLine
          lesson={view.lesson.lesson}
          onOpen={() => send({ type: "lesson-open" })}
          onLater={() => send({ type: "lesson-later" })}
        />
      )}
      <main className="desk">
        {view.profile === "demo" ? (
          <div className="desk-note">
            <LockKeyholeOpen size={72} strokeWidth={1.25} aria-hidden />
            <h2>{t("session.demo.title")}</h2>
            <p className="wk-muted">{t(session.until === null ? "session.demo.says" : "session.demo.lock-it")}</p>
          </div>
        ) : null}
      </main>
      <footer className="desk-foot">
        <DemoStrip view={view} />
        <LanguageSwitch />
      </footer>
    </div>
  );
}
