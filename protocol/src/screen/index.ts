export { CuesView, EvidenceReason, EvidenceSlice, LockAccountView } from "./account.js";
export {
  FRAME_HEADER_BYTES,
  FRAME_KIND_JPEG,
  FromScreen,
  MAX_FRAME_BYTES,
  MAX_MESSAGE_BYTES,
  SCREEN_SOCKET_PATH,
  ToScreen,
} from "./messages.js";
export { LessonView, NudgeView } from "./nudge.js";
export { InputReport, type KioskShell, POSTURE_LEASE_MS, PostureMessage } from "./shell.js";
export {
  BreakGlassView,
  ChallengeView,
  EnrolmentView,
  FaceHint,
  LockReason,
  RefusalReason,
  ScreenView,
  SessionView,
  WaysView,
} from "./view.js";
