import type { ScreenView } from "@wardkey/protocol/screen";
import type { Hospital } from "../hospital/hospital.js";
import type { Screens } from "../hospital/screens.js";
import { type Walk, walk } from "../hospital/walk.js";

/** Where no phone is asked, even with a face at the screen: the simulated camera's film never ends. */
export const FAR_METRES = 20;
/** Who walked so far is out of the door. */
const DOOR_METRES = 5;
/** Faster than people, so that nobody waits for the corridor. */
const CORRIDOR_SPEED = 6;
const NEAR_METRES = 0.7;
const ENROL_WITHIN_MS = 60_000;
const OUTCOME_WITHIN_MS = 15_000;
const SECOND_CHANCE_MS = 6_000;
const LOCK_WITHIN_MS = 20_000;
/** Longer than an unserved phone stays "near" in the kiosk's eyes after its last advertisement. */
const GONE_MS = 3_500;
/** How long a kiosk that must stay locked is watched. */
const WATCH_MS = 6_000;

const now = () => performance.now();
const since = (from: number) => Math.round(now() - from);
const state = (view: ScreenView) => view.session.state;

/** Supervised enrolment: operator code, QR, six digits on both screens, views of the face. */
export async function enrol({ kiosk, phone }: Screens, hospital: Hospital): Promise<{ ok: boolean; ms: number }> {
  await settled(kiosk);
  const from = now();
  phone.send({ type: "move", distance: NEAR_METRES });
  kiosk.send({ type: "enrol-begin", operatorCode: hospital.operatorCode, givenName: "Anna", familyName: "Rossi" });
  const offered = await kiosk.until("the QR code", ({ enrolment }) => enrolment?.step === "offer", 10_000);
  if (offered.enrolment?.step !== "offer") return { ok: false, ms: since(from) };
  phone.send({ type: "enrol", qr: offered.enrolment.qr });
  const [onKiosk, onPhone] = await Promise.all([
    kiosk.until("the code on the kiosk", ({ enrolment }) => enrolment?.step === "compare-code", 20_000),
    phone.until("the code on the phone", ({ enrolment }) => enrolment?.step === "compare-code", 20_000),
  ]);
  const codes = [onKiosk.enrolment, onPhone.enrolment].map((shown) =>
    shown?.step === "compare-code" ? shown.code : "",
  );
  kiosk.send({ type: "enrol-codes", agree: codes[0] === codes[1] });
  const ended = await kiosk.until(
    "the end of the enrolment",
    ({ enrolment }) => enrolment?.step === "done" || enrolment?.step === "failed",
    ENROL_WITHIN_MS,
  );
  await phone.until("the credential on the phone", ({ credential }) => credential !== null, 5_000);
  // "Done" on the screen; who was enrolled walks up anew rather than being let in by surprise.
  kiosk.send({ type: "enrol-cancel" });
  await kiosk.until("the lock screen", ({ enrolment }) => enrolment === null, 5_000);
  return { ok: ended.enrolment?.step === "done", ms: since(from) };
}

/**
 * The phone walks in from afar; `ms` counts from crossing two metres, or from the kiosk's first question where strength
 * made the phone look nearer than it was and the kiosk asked before.
 */
export async function tap({ kiosk, phone }: Screens): Promise<{ outcome: string; ms: number; reason: string }> {
  await settled(kiosk);
  let asked = Number.POSITIVE_INFINITY;
  const off = kiosk.on((view, at) => {
    if (state(view) === "identifying") asked = Math.min(asked, at);
  });
  const { crossed, arrived } = walk(phone, { from: 4, to: NEAR_METRES, crossing: 2 });
  const first = await kiosk.until(
    "the outcome of the tap",
    (view) => state(view) === "unlocked" || state(view) === "refused" || state(view) === "degraded",
    OUTCOME_WITHIN_MS,
  );
  // The kiosk asks again by itself after a refusal; who stands there just waits.
  const ended =
    state(first) === "refused"
      ? await kiosk.until("a second chance", (view) => state(view) === "unlocked", SECOND_CHANCE_MS).catch(() => first)
      : first;
  const endedAt = now();
  off();
  const ms = Math.round(endedAt - Math.min(asked, await crossed));
  await arrived;
  const reason = ended.session.state === "refused" || ended.session.state === "degraded" ? ended.session.reason : "";
  return { outcome: state(ended), ms, reason };
}

/** The phone walks out; `ms` counts from crossing three metres. */
export async function walkAway({ kiosk, phone }: Screens): Promise<{ outcome: string; ms: number }> {
  const { crossed, arrived } = walkOut(phone);
  const ended = await kiosk.until("the lock", (view) => state(view) === "locked", LOCK_WITHIN_MS);
  const ms = since(await crossed);
  await arrived;
  await new Promise((resolve) => setTimeout(resolve, GONE_MS));
  return { outcome: state(ended), ms };
}

function walkOut(phone: Screens["phone"]): Walk {
  const { crossed, arrived } = walk(phone, { from: NEAR_METRES, to: DOOR_METRES, crossing: 3 });
  const hurry = { from: DOOR_METRES, to: FAR_METRES, crossing: FAR_METRES, speed: CORRIDOR_SPEED };
  return { crossed, arrived: arrived.then(() => walk(phone, hurry).arrived) };
}

/** Stands near for a while; tells every state that the screen showed, and whether the phone gave anything away. */
export async function standNear({
  kiosk,
  phone,
}: Screens): Promise<{ states: ReadonlySet<string>; reason: string; released: boolean }> {
  const releases = () => phone.latest()?.history.filter(({ purpose }) => purpose === "unlock").length ?? 0;
  const before = releases();
  const states = new Set<string>();
  let reason = "";
  const off = kiosk.on((view) => {
    states.add(state(view));
    if (view.session.state === "refused" || view.session.state === "degraded") reason = view.session.reason;
  });
  await walk(phone, { from: 4, to: NEAR_METRES, crossing: 2 }).arrived;
  await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  off();
  const last = kiosk.latest();
  if (last) states.add(state(last));
  if (last?.session.state === "degraded") reason = last.session.reason;
  return { states, reason, released: releases() > before };
}

/** The phone goes far away, long enough for the kiosk to believe it. */
export async function away({ kiosk, phone }: Screens): Promise<void> {
  await walkOut(phone).arrived;
  await new Promise((resolve) => setTimeout(resolve, GONE_MS));
  // The film's face stayed behind, and may have been let in on the way.
  if (kiosk.latest()?.session.state === "unlocked") kiosk.send({ type: "lock-now" });
  await settled(kiosk);
}

/** The kiosk is quiet: it works, nobody is in, and a refusal before has cooled down. */
export async function settled(kiosk: Screens["kiosk"]): Promise<void> {
  await kiosk.until("a locked, working kiosk", (view) => state(view) === "locked", LOCK_WITHIN_MS);
}
