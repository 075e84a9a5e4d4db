import { z } from "zod";
import { CONSENT_MODES } from "../consent.js";

/**
 * Every setting that a policy may make, with its bounds. Names are flat, so that a layer is a plain subset, a difference
 * is a list of names, and `explain` can say of each one where it comes from.
 */

const whole = (least: number, most: number) => z.number().int().min(least).max(most);

/** From weakest to strongest. */
export { CONSENT_MODES };
export const LIVENESS_MODES = ["off", "measure", "enforce"] as const;
export const LIVENESS_CHALLENGES = ["never", "on-risk", "always"] as const;
export const VEIL_MODES = ["off", "before-lock"] as const;
export const CUE_SOUNDS = ["off", "quiet", "normal"] as const;
export const RISK_RESPONSES = ["nothing", "confirm-on-phone", "badge-and-pin", "refuse"] as const;
export const RISK_QUARANTINES = ["never", "high"] as const;
export const REVIEWS = ["security-officer", "two-people"] as const;
/** The more people pass by a kiosk, the stronger its type; lint holds each to its own idle limit. */
export const KIOSK_TYPES = ["personal", "lab", "medical-device", "shared-workstation"] as const;

export const WAYS_WITHOUT_FACE = ["badge-and-pin", "phone-and-pin", "one-time-code"] as const;
export const BREAK_GLASS_OPERATIONS = ["unlock-workstation", "unlock-medical-device", "open-dispenser"] as const;

/** Rates at which a threshold can be measured; a policy picks a rate, never a number of a model. */
const BareRate = z.union([z.literal(1e-3), z.literal(1e-4), z.literal(1e-5)]);
const MaskedRate = z.union([z.literal(1e-2), z.literal(1e-3), z.literal(1e-4), z.literal(1e-5)]);

const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
/** Local time of the kiosk; `from` later than `to` spans midnight. */
const QuietHours = z.strictObject({ from: Time, to: Time });
export type QuietHours = z.infer<typeof QuietHours>;

const distinct = <T>(list: readonly T[]): boolean => new Set(list).size === list.length;
const setOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.array(z.enum(words)).max(words.length).refine(distinct, "each at most once");

export const Settings = z.strictObject({
  "kiosk.type": z.enum(KIOSK_TYPES),
  /** A hands-free, B a tap on a notification, C the phone's own biometric. A risk raises it, nothing lowers it. */
  "consent.mode": z.enum(CONSENT_MODES),
  /** Hands-free wants a phone unlocked this recently. */
  "consent.phoneUnlockedMinutes": whole(5, 720),
  "matching.falseMatchRate.bare": BareRate,
  /** `badge-and-pin`: a masked face alone never unlocks. */
  "matching.falseMatchRate.masked": z.union([MaskedRate, z.literal("badge-and-pin")]),
  /** Taken in the place of the rate above as soon as it costs no more than `matching.maskedCost` false non-matches. */
  "matching.falseMatchRate.maskedTarget": MaskedRate,
  "matching.maskedCost": z.number().min(0).max(0.5),
  "liveness.mode": z.enum(LIVENESS_MODES),
  "liveness.challenge": z.enum(LIVENESS_CHALLENGES),
  /** Pictures from a camera that nothing vouches for open nothing. */
  "camera.attested": z.boolean(),
  "presence.nearMetres": z.number().min(0.3).max(3),
  "presence.leaveMetres": z.number().min(0.8).max(5),
  "presence.leaveSeconds": whole(0, 30),
  "presence.heartbeatSeconds": whole(2, 10),
  "idle.lockSeconds": whole(30, 3_600),
  /** How often the person may ask for more time before the lock. */
  "idle.stays": whole(0, 5),
  "veil.mode": z.enum(VEIL_MODES),
  /** How long before an idle lock the veil comes down. */
  "veil.seconds": whole(0, 120),
  /** How long a running procedure may put off a lock. */
  "veil.procedureMinutes": whole(0, 120),
  "lease.hours": whole(1, 72),
  /** Templates that a phone releases within an hour. */
  "quota.perKioskHour": whole(1, 60),
  "quota.allHour": whole(1, 240),
  "breakGlass.allowed": z.boolean(),
  "breakGlass.minutes": whole(0, 120),
  "breakGlass.operations": setOf(BREAK_GLASS_OPERATIONS),
  "breakGlass.review": z.enum(REVIEWS),
  "breakGlass.reviewHours": whole(1, 168),
  "ways.withoutFace": setOf(WAYS_WITHOUT_FACE),
  "risk.raised": z.enum(RISK_RESPONSES),
  "risk.high": z.enum(RISK_RESPONSES),
  /** How long a kiosk may work alone while its risk is raised or high; never longer than `lease.hours`. */
  "risk.leaseHours": whole(1, 72),
  /** Whether the fleet locks a device at a high risk until that is over. */
  "risk.quarantine": z.enum(RISK_QUARANTINES),
  /** No sound and no nudge, but the alarm of an emergency. */
  "nudge.quietHours": z.array(QuietHours).max(4),
  "cue.sound": z.enum(CUE_SOUNDS),
  "cue.light": z.boolean(),
});
export type Settings = Readonly<z.infer<typeof Settings>>;
export type SettingName = keyof Settings;

/** What a layer says: any of the settings, and silence about the others. */
export const LayerSettings = Settings.exactPartial();
export type LayerSettings = Readonly<z.infer<typeof LayerSettings>>;

/** Typed names, in the order in which people read them. */
export const SETTING_NAMES = Object.keys(Settings.shape).filter(isSettingName);

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(Settings.shape, name);
}

/** The default operating point of a site, as a production site starts with it. */
export const PRODUCTION_SETTINGS: Settings = {
  "kiosk.type": "shared-workstation",
  "consent.mode": "A",
  "consent.phoneUnlockedMinutes": 240,
  "matching.falseMatchRate.bare": 1e-4,
  "matching.falseMatchRate.masked": 1e-3,
  "matching.falseMatchRate.maskedTarget": 1e-4,
  "matching.maskedCost": 0.05,
  "liveness.mode": "enforce",
  "liveness.challenge": "on-risk",
  "camera.attested": true,
  "presence.nearMetres": 2,
  "presence.leaveMetres": 3,
  "presence.leaveSeconds": 2,
  "presence.heartbeatSeconds": 3,
  "idle.lockSeconds": 900,
  "idle.stays": 2,
  "veil.mode": "before-lock",
  "veil.seconds": 10,
  "veil.procedureMinutes": 0,
  "lease.hours": 24,
  "quota.perKioskHour": 20,
  "quota.allHour": 60,
  "breakGlass.allowed": true,
  "breakGlass.minutes": 15,
  "breakGlass.operations": ["unlock-workstation", "unlock-medical-device"],
  "breakGlass.review": "security-officer",
  "breakGlass.reviewHours": 24,
  "ways.withoutFace": ["badge-and-pin", "phone-and-pin", "one-time-code"],
  "risk.raised": "confirm-on-phone",
  "risk.high": "badge-and-pin",
  "risk.leaseHours": 4,
  "risk.quarantine": "never",
  "nudge.quietHours": [{ from: "22:00", to: "06:00" }],
  "cue.sound": "quiet",
  "cue.light": true,
};

/**
 * Settings that came later, as a site that says nothing of them has them: a policy that was signed before they existed
 * goes on being good.
 */
export const SETTINGS_SINCE: LayerSettings = { "risk.leaseHours": 24, "risk.quarantine": "never" };

/** What a demonstration changes of it: its camera is the page's own, which nothing can vouch for. */
export const DEMO_SETTINGS: Settings = {
  ...PRODUCTION_SETTINGS,
  "liveness.mode": "measure",
  "camera.attested": false,
};

/**
 * The strictest value of every setting that still lets somebody work: in force at a kiosk whose policy expired, until
 * its lease ends. Break-glass stays possible for a moment, under two reviewers: a clinic must not stand still for a date.
 */
export const STRICTEST: Settings = {
  "kiosk.type": "shared-workstation",
  "consent.mode": "C",
  "consent.phoneUnlockedMinutes": 5,
  "matching.falseMatchRate.bare": 1e-5,
  "matching.falseMatchRate.masked": "badge-and-pin",
  "matching.falseMatchRate.maskedTarget": 1e-5,
  "matching.maskedCost": 0,
  "liveness.mode": "enforce",
  "liveness.challenge": "always",
  "camera.attested": true,
  "presence.nearMetres": 0.3,
  "presence.leaveMetres": 0.8,
  "presence.leaveSeconds": 0,
  "presence.heartbeatSeconds": 2,
  "idle.lockSeconds": 30,
  "idle.stays": 0,
  "veil.mode": "before-lock",
  "veil.seconds": 10,
  "veil.procedureMinutes": 0,
  "lease.hours": 1,
  "quota.perKioskHour": 1,
  "quota.allHour": 1,
  "breakGlass.allowed": true,
  "breakGlass.minutes": 5,
  "breakGlass.operations": ["unlock-workstation", "unlock-medical-device"],
  "breakGlass.review": "two-people",
  "breakGlass.reviewHours": 1,
  "ways.withoutFace": ["badge-and-pin"],
  "risk.raised": "refuse",
  "risk.high": "refuse",
  "risk.leaseHours": 1,
  "risk.quarantine": "high",
  "nudge.quietHours": [{ from: "00:00", to: "23:59" }],
  "cue.sound": "quiet",
  "cue.light": true,
};
