import {
  CONSENT_MODES,
  KIOSK_TYPES,
  LIVENESS_CHALLENGES,
  LIVENESS_MODES,
  REVIEWS,
  RISK_QUARANTINES,
  RISK_RESPONSES,
  SETTING_NAMES,
  type SettingName,
  type Settings,
  VEIL_MODES,
} from "./settings.js";

/** `neutral`: it changed, and neither value protects more. */
export type Direction = "weaker" | "stronger" | "same" | "neutral";

export interface SettingChange {
  readonly setting: SettingName;
  readonly direction: Exclude<Direction, "same">;
  readonly from: Settings[SettingName];
  readonly to: Settings[SettingName];
}

type Scale = (from: unknown, to: unknown) => Direction;

const less: Scale = (from, to) => ordered(Number(to) < Number(from), Number(to) > Number(from));
const more: Scale = (from, to) => less(to, from);
const rank =
  (words: readonly unknown[]): Scale =>
  (from, to) =>
    more(words.indexOf(from), words.indexOf(to));
/** Whoever gains an element has one way more, whatever else is lost. */
const fewer: Scale = (from, to) => {
  const [before, behind] = [asList(from), asList(to)];
  const gained = behind.some((each) => !before.includes(each));
  return ordered(!gained && before.some((each) => !behind.includes(each)), gained);
};
const yes: Scale = (from, to) => more(Number(from === true), Number(to === true));
const no: Scale = (from, to) => yes(to, from);
const rateOrNothing: Scale = (from, to) => less(from === "badge-and-pin" ? 0 : from, to === "badge-and-pin" ? 0 : to);
const unordered: Scale = (from, to) => (JSON.stringify(from) === JSON.stringify(to) ? "same" : "neutral");

/** What makes each setting stronger. */
const SCALES: Readonly<Record<SettingName, Scale>> = {
  "kiosk.type": rank(KIOSK_TYPES),
  "consent.mode": rank(CONSENT_MODES),
  "consent.phoneUnlockedMinutes": less,
  "matching.falseMatchRate.bare": less,
  "matching.falseMatchRate.masked": rateOrNothing,
  "matching.falseMatchRate.maskedTarget": less,
  // The target, which is at least as strict, comes into force sooner.
  "matching.maskedCost": more,
  "liveness.mode": rank(LIVENESS_MODES),
  "liveness.challenge": rank(LIVENESS_CHALLENGES),
  "camera.attested": yes,
  "presence.nearMetres": less,
  "presence.leaveMetres": less,
  "presence.leaveSeconds": less,
  "presence.heartbeatSeconds": less,
  "idle.lockSeconds": less,
  "idle.stays": less,
  "veil.mode": rank(VEIL_MODES),
  "veil.seconds": more,
  "veil.procedureMinutes": less,
  "lease.hours": less,
  "quota.perKioskHour": less,
  "quota.allHour": less,
  "breakGlass.allowed": no,
  "breakGlass.minutes": less,
  "breakGlass.operations": fewer,
  "breakGlass.review": rank(REVIEWS),
  "breakGlass.reviewHours": less,
  "ways.withoutFace": fewer,
  "risk.raised": rank(RISK_RESPONSES),
  "risk.high": rank(RISK_RESPONSES),
  "risk.leaseHours": less,
  "risk.quarantine": rank(RISK_QUARANTINES),
  "nudge.quietHours": unordered,
  "cue.sound": unordered,
  "cue.light": unordered,
};

/** Whether `to` protects less than `from`, in one setting. */
export function compareSetting(setting: SettingName, from: unknown, to: unknown): Direction {
  return SCALES[setting](from, to);
}

/** Every setting in which `to` differs from `from`, and in which direction; nothing when both are the same. */
export function compareStrength(from: Settings, to: Settings): readonly SettingChange[] {
  return SETTING_NAMES.flatMap((setting) => {
    const direction = compareSetting(setting, from[setting], to[setting]);
    return direction === "same" ? [] : [{ setting, direction, from: from[setting], to: to[setting] }];
  });
}

/** Of each setting the stronger value of the two; `a`'s where neither is. */
export function strongerOf(a: Settings, b: Settings): Settings {
  const taken = SETTING_NAMES.map((setting) => [
    setting,
    compareSetting(setting, a[setting], b[setting]) === "stronger" ? b[setting] : a[setting],
  ]);
  // Both are complete and every value is one of theirs.
  return { ...a, ...Object.fromEntries(taken) };
}

const ordered = (stronger: boolean, weaker: boolean): Direction => (stronger ? "stronger" : weaker ? "weaker" : "same");
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
