import { type FromScreen, SCREEN_SOCKET_PATH, type ScreenView, ToScreen } from "@wardkey/protocol/screen";
import { type Connection, takeFromFragment, useNow, useSocketView } from "@wardkey/ui";
import { useCallback, useEffect, useState } from "react";
import { useActivity } from "./activity.js";
import { type Camera, useCamera } from "./camera/use-camera.js";
import { useFrames } from "./camera/use-frames.js";
import { recallPhonePage } from "./enrolment/phone-page.js";
import type { Found } from "./enrolment/use-candidates.js";
import { postureOf } from "./shell-line.js";
import { WAY_COMMANDS } from "./ways/refused-words.js";
import { type GlassDoor, useGlass } from "./ways/use-glass.js";
import { useWays, type WaysDoor } from "./ways/use-ways.js";
import { useWhy, type Why } from "./why/use-why.js";

export interface Kiosk {
  readonly connection: Connection;
  /** The agent's view while the line is open, else `null`: an old view must not look like a present one. */
  readonly up: ScreenView | null;
  /** The agent's wall clock. */
  readonly now: number;
  readonly hourOfDay: number;
  readonly camera: Camera;
  /** Code of the command that was refused last, while it matters. */
  readonly refusedCode: string | null;
  readonly formOpen: boolean;
  readonly openForm: () => void;
  readonly closeForm: () => void;
  readonly ways: WaysDoor;
  readonly glass: GlassDoor;
  readonly why: Why;
  readonly phonePage: URL | null;
  readonly send: (message: FromScreen) => void;
  /** The same for what an operator asks: the last refusal goes, so that the next one is news even when it is the same. */
  readonly ask: (message: FromScreen) => void;
  readonly onAnswer: (listener: (answer: Found) => void) => () => void;
  /** The agent asks whether the page covers the desktop. */
  readonly onCover: (listener: (revision: number) => void) => () => void;
}

/** Commands that a person gave. A refused frame or hello is the page's own affair: the view shows what follows from it. */
const ASKED: ReadonlySet<string> = new Set<FromScreen["type"]>([
  "enrol-begin",
  "enrol-codes",
  "enrol-search",
  "lock-now",
  "stay",
]);
/** The same for what somebody typed to come in: its words stand on its own screen. */
const TYPED: ReadonlySet<string> = new Set(WAY_COMMANDS);

/** Ties the page to its agent, its camera and the person's activity. The only state of its own is which form is open. */
export function useKiosk(): Kiosk {
  const line = useSocketView<ScreenView, FromScreen, Found>(SCREEN_SOCKET_PATH, ToScreen);
  const { view, connection, send, refusal, dismissRefusal, onAnswer, onCover } = line;
  const [phonePage] = useState(() => recallPhonePage(takeFromFragment(["phone"]).phone, sessionStorage));
  const [formOpen, setFormOpen] = useState(false);
  const up = connection === "open" ? view : null;
  const state = up?.session.state;
  const now = useNow(view?.now ?? null, state === "leaving" || state === "unlocked" ? 100 : 500);

  const camera = useCamera(view !== null && view.frames !== "off");
  useFrames(camera.stream, up?.frames ?? "off", line);
  const connected = up !== null;
  useEffect(() => {
    if (connected && camera.state !== "off" && camera.state !== "asking") send({ type: "camera", state: camera.state });
  }, [connected, camera.state, send]);

  const open = state === "unlocked" || state === "leaving";
  useActivity({
    listening: connected,
    atDesk: postureOf(up, now).posture === "bar",
    tell: useCallback(() => void send({ type: "activity" }), [send]),
  });

  const closeForm = useCallback(() => {
    setFormOpen(false);
    dismissRefusal();
  }, [dismissRefusal]);
  const enrolling = up !== null && up.enrolment !== null;
  useEffect(() => {
    if (enrolling || open) closeForm();
  }, [enrolling, open, closeForm]);
  const typed = refusal !== null && TYPED.has(refusal.command) ? refusal : null;
  const glass = useGlass({ view: up, busy: formOpen || enrolling || open, refusal, dismissRefusal });
  const ways = useWays({
    view: up,
    busy: formOpen || enrolling || open || glass.isOpen,
    refusal: typed,
    dismissRefusal,
  });

  return {
    connection,
    up,
    now,
    hourOfDay: new Date(now).getHours(),
    camera,
    refusedCode: refusal !== null && ASKED.has(refusal.command) ? refusal.code : null,
    formOpen,
    openForm: useCallback(() => setFormOpen(true), []),
    closeForm,
    ways,
    glass,
    why: useWhy(up),
    phonePage,
    send,
    ask: useCallback(
      (message: FromScreen) => {
        dismissRefusal();
        send(message);
      },
      [dismissRefusal, send],
    ),
    onAnswer,
    onCover,
  };
}
