import type {
  BreakGlassView,
  EnrolmentView,
  LockAccountView,
  NudgeView,
  ScreenView,
  SessionView,
  ToScreen,
} from "@wardkey/protocol/screen";

/** 14:02:09 of an ordinary day. */
export const NOW = new Date(2026, 10, 22, 14, 2, 9).getTime();

export const BASE: ScreenView = {
  v: 1,
  device: { id: "kiosk-3b", name: "Kiosk 3B", ward: "Cardiology" },
  profile: "demo",
  liveness: { enforced: false, score: 0.93 },
  cameraAttested: false,
  health: { phone: "ok", camera: "ok", fleet: "ok", journal: "ok" },
  session: { state: "locked", why: "walked-away", at: NOW - 60_000 },
  enrolment: null,
  ways: { code: true, badge: "none", phone: "none", asking: false, waitUntil: null },
  frames: "off",
  cues: { sound: "off", light: true },
  now: NOW,
};

/** In what is left of the day, so that it is still there when somebody looks. */
export const NUDGE: NudgeView = {
  id: "0199a1b2-0000-7000-8000-000000000001",
  template: "veil-guards",
  parameters: {},
  until: NOW + 3_600_000,
};

/** An emergency code and two badges would both break the glass. */
export const GLASS: BreakGlassView = {
  minutes: 15,
  code: true,
  badges: "ready",
  badgeRefused: null,
  asking: false,
  waitUntil: null,
};

export const QR =
  "WARDKEY1:q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA.EjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJCrze8.q83vEjRWeJCrze8S";

/** She went at once, and her phone with her. */
export const ACCOUNT: LockAccountView = {
  id: "7f3a",
  leftAt: NOW - 66_000,
  metres: 4.1,
  faceGoneMs: 6_100,
  inputGoneMs: 9_000,
  heartbeatGapMs: 900,
  phone: "moving",
  reasons: ["phone-far", "face-gone", "input-gone"],
  strip: [0.02, 0.02, 0.03, 0.03, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 0.94, 0.98].map((gone, second) => ({
    gone,
    face: second < 6,
    input: second < 3,
    moved: second > 4,
    metres: second < 5 ? 0.7 : (second - 4) * 0.6,
  })),
  feedback: "open",
};

/** One view of each state, by the name of its picture. */
export const SESSIONS: Readonly<Record<string, SessionView>> = {
  locked: { state: "locked", why: "walked-away", at: NOW - 60_000 },
  "locked-account": { state: "locked", why: "walked-away", at: NOW - 60_000, account: ACCOUNT },
  started: { state: "locked", why: "started", at: NOW - 60_000 },
  near: { state: "someone-near", evidence: 0.64 },
  identifying: { state: "identifying", hint: "closer" },
  asking: { state: "identifying", hint: null },
  "identifying-challenge": {
    state: "identifying",
    hint: "good",
    challenge: { kind: "turn-left", hint: "go-on", progress: 0.4 },
  },
  "identifying-good": { state: "identifying", hint: "good" },
  // Begun a little in the future, so that it still greets when somebody looks.
  greeting: { state: "unlocked", name: "Anna", since: NOW + 60_000, until: null },
  unlocked: { state: "unlocked", name: "Anna", since: NOW - 727_000, until: null },
  "unlocked-alone": { state: "unlocked", name: "Anna", since: NOW - 727_000, until: NOW + 2_873_000 },
  "procedure-offered": {
    state: "unlocked",
    name: "Anna",
    since: NOW - 727_000,
    until: null,
    procedure: { minutes: 20, until: null },
  },
  "procedure-running": {
    state: "unlocked",
    name: "Anna",
    since: NOW - 727_000,
    until: NOW + 2_873_000,
    procedure: { minutes: 20, until: NOW + 1_062_000 },
  },
  "greeting-alone": { state: "unlocked", name: "Anna", since: NOW + 60_000, until: NOW + 3_600_000 },
  leaving: { state: "leaving", name: "Anna", since: NOW - 727_000, lockAt: NOW + 3_000 },
  "leaving-because": {
    state: "leaving",
    name: "Anna",
    since: NOW - 727_000,
    lockAt: NOW + 3_000,
    because: ["phone-far", "face-gone"],
  },
  "leaving-deferred": {
    state: "leaving",
    name: "Anna",
    since: NOW - 727_000,
    lockAt: NOW + 900_000,
    deferred: NOW + 900_000,
  },
  elsewhere: { state: "unlocked", name: "Anna", since: NOW - 727_000, until: null, elsewhere: true },
  emergency: {
    state: "unlocked",
    name: "Anna",
    since: NOW - 127_000,
    until: NOW + 773_000,
    emergency: { until: NOW + 773_000, reason: "patient-in-danger" },
  },
  "emergency-greeting": {
    state: "unlocked",
    name: "Anna",
    since: NOW + 60_000,
    until: NOW + 900_000,
    emergency: { until: NOW + 900_000, reason: "system-down" },
  },
  refused: { state: "refused", reason: "no-match", until: NOW + 5_000 },
  "refused-phone": { state: "refused", reason: "phone-refused", until: NOW + 5_000 },
  "degraded-camera": { state: "degraded", reason: "camera-unavailable" },
  "degraded-unattested": { state: "degraded", reason: "camera-unattested" },
  "degraded-journal": { state: "degraded", reason: "journal-unavailable" },
  "degraded-cut-off": { state: "degraded", reason: "kiosk-cut-off" },
  "degraded-lease": { state: "degraded", reason: "lease-expired" },
  "degraded-radio": { state: "degraded", reason: "radio-unavailable" },
};

const name = "Anna Rossi";
export const ENROLMENTS: Readonly<Record<EnrolmentView["step"], EnrolmentView>> = {
  offer: { step: "offer", qr: QR, expiresAt: NOW + 118_000, name },
  connecting: { step: "connecting", name },
  "compare-code": { step: "compare-code", code: "482915", name },
  capture: { step: "capture", name, hint: "closer", progress: 0.4 },
  finishing: { step: "finishing", name },
  done: { step: "done", name },
  failed: { step: "failed", code: "codes-differ" },
};

/** Two people whom a search for "ros" finds. */
export const PEOPLE: Extract<ToScreen, { type: "answer" }>["answer"]["people"] = [
  { staffId: "anna-rossi", givenName: "Anna", familyName: "Rossi", role: "nurse", wards: ["Cardiology"], epoch: 1 },
  {
    staffId: "rosalba-conti",
    givenName: "Rosalba",
    familyName: "Conti",
    role: "physician",
    wards: ["Cardiology", "Intensive care"],
    epoch: 0,
  },
];
