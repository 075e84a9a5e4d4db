import { RISK_RESPONSES as RESPONSES, type RISK_RESPONSES, type SettingName, type Settings } from "./settings.js";

export interface Contradiction {
  readonly code: "policy-contradictory" | "policy-over-broad" | "policy-no-way-without-face";
  readonly setting: SettingName;
  readonly text: string;
}

/** Longest time at an untouched screen, seconds, by who passes there. */
const IDLE_AT_MOST: Readonly<Record<Settings["kiosk.type"], number>> = {
  "shared-workstation": 900,
  "medical-device": 3_600,
  lab: 1_800,
  personal: 3_600,
};
/** Between coming near and leaving: less, and a body that sways locks and unlocks. */
const LEAST_GAP_METRES = 0.5;

/** Settings that cannot all be meant, of one device. Nothing when they agree. */
export function contradictionsOf(settings: Settings): readonly Contradiction[] {
  return RULES.filter((rule) => rule.broken(settings)).map(({ code, setting, text }) => ({ code, setting, text }));
}

type Rule = Contradiction & { readonly broken: (s: Settings) => boolean };
const contradictory = (setting: SettingName, text: string, broken: (s: Settings) => boolean): Rule => ({
  code: "policy-contradictory",
  setting,
  text,
  broken,
});

const response = (risk: (typeof RISK_RESPONSES)[number]): number => RESPONSES.indexOf(risk);

const RULES: readonly Rule[] = [
  contradictory(
    "presence.leaveMetres",
    `Somebody leaves at least ${LEAST_GAP_METRES} m farther out than they come near, or the screen flaps.`,
    // In centimetres, where 2.5 - 2 is exact.
    (s) => Math.round((s["presence.leaveMetres"] - s["presence.nearMetres"]) * 100) < LEAST_GAP_METRES * 100,
  ),
  contradictory(
    "liveness.mode",
    "Liveness means nothing on pictures that nothing vouches for: enforce it only where the camera must be attested.",
    (s) => s["liveness.mode"] === "enforce" && !s["camera.attested"],
  ),
  contradictory(
    "liveness.challenge",
    "A challenge is asked for although liveness is off.",
    (s) => s["liveness.mode"] === "off" && s["liveness.challenge"] !== "never",
  ),
  contradictory(
    "matching.falseMatchRate.maskedTarget",
    "The rate aimed at for masked faces is laxer than the one in force until then.",
    (s) =>
      s["matching.falseMatchRate.masked"] !== "badge-and-pin" &&
      s["matching.falseMatchRate.maskedTarget"] > s["matching.falseMatchRate.masked"],
  ),
  contradictory(
    "matching.falseMatchRate.masked",
    "Masked people are sent to badge and PIN, which the ways without a face do not have.",
    (s) => s["matching.falseMatchRate.masked"] === "badge-and-pin" && !hasBadge(s),
  ),
  contradictory(
    "risk.raised",
    "A risk is answered with badge and PIN, which the ways without a face do not have.",
    (s) => (s["risk.raised"] === "badge-and-pin" || s["risk.high"] === "badge-and-pin") && !hasBadge(s),
  ),
  contradictory(
    "risk.high",
    "A high risk is answered more mildly than a raised one.",
    (s) => response(s["risk.high"]) < response(s["risk.raised"]),
  ),
  contradictory(
    "quota.perKioskHour",
    "One kiosk may be given more templates than all of them together.",
    (s) => s["quota.perKioskHour"] > s["quota.allHour"],
  ),
  contradictory(
    "breakGlass.operations",
    "Break-glass is allowed for no time or no operation, or forbidden and yet has some.",
    (s) =>
      s["breakGlass.allowed"]
        ? s["breakGlass.minutes"] === 0 || s["breakGlass.operations"].length === 0
        : s["breakGlass.operations"].length > 0,
  ),
  contradictory(
    "veil.seconds",
    "The veil would come down before anybody was idle.",
    (s) => s["veil.mode"] === "before-lock" && s["veil.seconds"] >= s["idle.lockSeconds"],
  ),
  contradictory(
    "veil.procedureMinutes",
    "A procedure may put off the lock although no veil covers the screen meanwhile.",
    (s) => s["veil.procedureMinutes"] > 0 && s["veil.mode"] === "off",
  ),
  contradictory(
    "idle.lockSeconds",
    "The screen would lock for idleness before the countdown of somebody who leaves is over.",
    (s) => s["idle.lockSeconds"] <= s["presence.leaveSeconds"],
  ),
  contradictory("nudge.quietHours", "Quiet hours end when they begin.", (s) =>
    s["nudge.quietHours"].some(({ from, to }) => from === to),
  ),
  {
    code: "policy-over-broad",
    setting: "idle.lockSeconds",
    text: "An untouched screen stays open longer than a kiosk of this type may.",
    broken: (s) => s["idle.lockSeconds"] > IDLE_AT_MOST[s["kiosk.type"]],
  },
  {
    code: "policy-over-broad",
    setting: "breakGlass.operations",
    text: "Break-glass opens everything for more than an hour.",
    broken: (s) => s["breakGlass.operations"].length === 3 && s["breakGlass.minutes"] > 60,
  },
  {
    code: "policy-no-way-without-face",
    setting: "ways.withoutFace",
    text: "Who does not consent to face recognition has no way in (GDPR, Article 9).",
    broken: (s) => s["ways.withoutFace"].length === 0,
  },
];

const hasBadge = (s: Settings): boolean => s["ways.withoutFace"].includes("badge-and-pin");
