import type { ReactNode } from "react";
import { DownScreen } from "./down-screen.js";
import { EnrolForm } from "./enrolment/enrol-form.js";
import { EnrolmentScreen } from "./enrolment/enrolment-screen.js";
import { LessonScreen } from "./lesson/lesson-screen.js";
import { refusalKey } from "./refusals.js";
import { isGreeting, sceneOf } from "./scene/scene.js";
import { SceneScreen } from "./scene/scene-screen.js";
import { ElsewhereVeil } from "./session/elsewhere-veil.js";
import { LeavingVeil } from "./session/leaving-veil.js";
import { SessionBar } from "./session/session-bar.js";
import type { Kiosk } from "./use-kiosk.js";
import { BreakGlassScreen } from "./ways/break-glass-screen.js";
import { WaysScreen } from "./ways/ways-screen.js";
import { WhyScreen } from "./why/why-screen.js";
import { useWords } from "./words.js";

/** Which of the kiosk's screens is shown: an open session before everything, then an enrolment, then what somebody types, then the state's scene. */
export function CurrentScreen({ kiosk }: { kiosk: Kiosk }): ReactNode {
  const { t, formats } = useWords();
  const { up: view, now, send } = kiosk;
  if (view === null) return <DownScreen connection={kiosk.connection} />;
  const refusal = kiosk.refusedCode === null ? null : t(refusalKey(kiosk.refusedCode), { code: kiosk.refusedCode });
  const { session, enrolment } = view;
  if (session.state === "leaving") {
    return <LeavingVeil session={session} now={now} refusal={refusal} onStay={() => send({ type: "stay" })} />;
  }
  if (session.state === "unlocked" && session.elsewhere === true) {
    return <ElsewhereVeil onLock={() => send({ type: "lock-now" })} />;
  }
  const { lesson } = view;
  if (session.state === "unlocked" && lesson !== undefined && lesson.step !== "offered") {
    return <LessonScreen view={view} shown={lesson} now={now} send={send} />;
  }
  if (session.state === "unlocked" && !isGreeting(session.since, now)) {
    return <SessionBar view={view} session={session} now={now} onLock={() => send({ type: "lock-now" })} send={send} />;
  }
  if (session.state !== "unlocked" && enrolment !== null) {
    const retry = () => {
      send({ type: "enrol-cancel" });
      kiosk.openForm();
    };
    return (
      <EnrolmentScreen
        view={view}
        enrolment={enrolment}
        now={now}
        stream={kiosk.camera.stream}
        phonePage={view.profile === "demo" ? kiosk.phonePage : null}
        send={send}
        onRetry={retry}
      />
    );
  }
  if (session.state !== "unlocked" && kiosk.formOpen) {
    return (
      <EnrolForm
        view={view}
        now={now}
        refusal={refusal}
        refusedCode={kiosk.refusedCode}
        send={kiosk.ask}
        onAnswer={kiosk.onAnswer}
        onCancel={kiosk.closeForm}
      />
    );
  }
  const { ways, glass } = kiosk;
  if (view.breakGlass !== undefined && glass.isOpen) {
    const { breakGlass } = view;
    return (
      <BreakGlassScreen
        view={view}
        glass={breakGlass}
        now={now}
        refusal={glass.refusal}
        ask={kiosk.ask}
        onClose={glass.close}
      />
    );
  }
  if (session.state !== "unlocked" && view.ways !== null && ways.isOpen) {
    return (
      <WaysScreen view={view} ways={view.ways} now={now} refusal={ways.refusal} ask={kiosk.ask} onClose={ways.close} />
    );
  }
  const { why } = kiosk;
  if (why.shown !== null) {
    const { id } = why.shown;
    const wrong = () => kiosk.ask({ type: "lock-was-wrong", lock: id });
    return <WhyScreen view={view} account={why.shown} now={now} onWrong={wrong} onClose={why.close} />;
  }
  const closed = session.state !== "unlocked" && session.state !== "identifying";
  return (
    <SceneScreen
      view={view}
      now={now}
      scene={sceneOf(session, { hourOfDay: kiosk.hourOfDay, timeOf: formats.time })}
      camera={kiosk.camera.state}
      refusal={refusal}
      {...(session.state === "locked" && session.account !== undefined ? { onWhy: why.open } : {})}
      {...(session.state === "locked" ? { onEnrol: kiosk.openForm } : {})}
      {...(closed && view.ways !== null ? { onOtherWay: ways.open } : {})}
      {...(closed && view.breakGlass !== undefined ? { onEmergency: glass.open } : {})}
    />
  );
}
