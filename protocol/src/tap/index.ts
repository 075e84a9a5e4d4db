export type { Consent, Purpose, Refusal } from "./bodies.js";
export type { RandomBytes } from "./crypto.js";
export {
  ASSEMBLY_TIME,
  type Assembled,
  Assembler,
  DEFAULT_ATT_MTU,
  type FramingCode,
  fragment,
  MAX_MESSAGE_BYTES,
  payloadOf,
} from "./frames.js";
export { GATT } from "./gatt.js";
export {
  type HeartbeatCode,
  HeartbeatOpener,
  HeartbeatSealer,
  type OpenedHeartbeat,
  type PhoneMotion,
} from "./heartbeat.js";
export { kioskTap, startKioskTap } from "./kiosk.js";
export type { Decision, KioskEffect, KioskErrand, KioskEvent, KioskState, KioskTapInput } from "./kiosk-types.js";
export { type Moment, PATIENCE, type Step } from "./machine.js";
export { phoneTap, startPhoneTap } from "./phone.js";
export type { PhoneEffect, PhoneErrand, PhoneEvent, PhoneMemory, PhoneState, PhoneTapInput } from "./phone-types.js";
export {
  checkQuota,
  DEFAULT_QUOTA,
  type QuotaAnswer,
  type QuotaCode,
  type QuotaLimits,
  type ReleaseMade,
} from "./quota.js";
export type { TapCode } from "./results.js";
