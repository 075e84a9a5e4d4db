import { isJournalKind, type JournalKind, type SiteOverview } from "@wardkey/protocol/fleet";
import type { Tone } from "@wardkey/ui";
import {
  BellRing,
  Camera,
  CameraOff,
  Footprints,
  GraduationCap,
  Hand,
  KeyRound,
  Lightbulb,
  Lock,
  LockOpen,
  type LucideIcon,
  PersonStanding,
  Power,
  Radio,
  Repeat,
  ScanFace,
  ScrollText,
  ShieldX,
  Siren,
  Stethoscope,
  TriangleAlert,
  Usb,
  UserCheck,
  UserPlus,
  UserX,
} from "@wardkey/ui/icons";
import { CATALOGUES, type StatusKey } from "./words.js";

type Entry = SiteOverview["journal"][number];
type Translate = (key: StatusKey, values?: Readonly<Record<string, string | number>>) => string;

const LOOKS: Readonly<Record<JournalKind, { tone: Tone; icon: LucideIcon }>> = {
  "agent.started": { tone: "neutral", icon: Power },
  "agent.stopped": { tone: "neutral", icon: Power },
  "session.near": { tone: "neutral", icon: PersonStanding },
  "tap.started": { tone: "neutral", icon: ScanFace },
  "tap.refused": { tone: "wait", icon: ShieldX },
  "session.unlocked": { tone: "ok", icon: LockOpen },
  "break-glass.opened": { tone: "stop", icon: Siren },
  "session.leaving": { tone: "neutral", icon: Footprints },
  "session.kept": { tone: "neutral", icon: Hand },
  "session.lock-disputed": { tone: "wait", icon: Hand },
  "session.locked": { tone: "accent", icon: Lock },
  "procedure.begun": { tone: "wait", icon: Stethoscope },
  "procedure.ended": { tone: "neutral", icon: Stethoscope },
  "enrol.begun": { tone: "neutral", icon: UserPlus },
  "enrol.codes-compared": { tone: "neutral", icon: KeyRound },
  "enrol.completed": { tone: "ok", icon: UserCheck },
  "enrol.failed": { tone: "wait", icon: UserX },
  "biometrics.drift": { tone: "neutral", icon: ScrollText },
  "camera.lost": { tone: "wait", icon: CameraOff },
  "camera.back": { tone: "neutral", icon: Camera },
  "radio.lost": { tone: "wait", icon: Radio },
  "radio.back": { tone: "neutral", icon: Radio },
  "policy.in-force": { tone: "neutral", icon: ScrollText },
  "policy.refused": { tone: "stop", icon: ScrollText },
  "policy.expired": { tone: "wait", icon: ScrollText },
  "risk.in-force": { tone: "wait", icon: TriangleAlert },
  "profiles.in-force": { tone: "neutral", icon: Usb },
  "profiles.refused": { tone: "stop", icon: Usb },
  "presence.replay-suspected": { tone: "stop", icon: Repeat },
  "security.alert": { tone: "stop", icon: BellRing },
  "nudge.shown": { tone: "neutral", icon: Lightbulb },
  "nudge.withheld": { tone: "neutral", icon: Lightbulb },
  "lesson.opened": { tone: "neutral", icon: GraduationCap },
  "lesson.put-off": { tone: "neutral", icon: GraduationCap },
  "lesson.completed": { tone: "ok", icon: GraduationCap },
};

export const looksOf = (kind: string): { tone: Tone; icon: LucideIcon | undefined } =>
  isJournalKind(kind) ? LOOKS[kind] : { tone: "neutral", icon: undefined };

/** What happened, in a few words; a kind that this page does not know yet shows its own name. */
export function sentenceOf(entry: Entry, { t, nameOf }: { t: Translate; nameOf(staffId: string): string }): string {
  const { kind, body } = entry;
  if (!isJournalKind(kind)) return kind;
  const staffId = body["staffId"];
  return t(`event.${kind}`, { who: typeof staffId === "string" ? nameOf(staffId) : t("journal.somebody") });
}

/** What else the entry says: why, how fast, with a mask. */
export function detailsOf({ body }: Entry, t: Translate): string[] {
  const details: string[] = [];
  const { reason, ms, agree, level } = body;
  if (typeof reason === "string") {
    const key = `reason.${reason}`;
    details.push(isKey(key) ? t(key) : reason);
  }
  const risk = `about.risk.${level}`;
  if (isKey(risk)) details.push(t(risk));
  if (body["recovered"] === true) details.push(t("about.recovered"));
  if (typeof agree === "boolean") details.push(t(agree ? "about.agree" : "about.disagree"));
  if (body["branch"] === "masked") details.push(t("about.masked"));
  if (body["cameraAttested"] === false) details.push(t("about.unattested"));
  if (typeof ms === "number") details.push(t("about.milliseconds", { ms }));
  return details;
}

const isKey = (key: string): key is StatusKey => Object.hasOwn(CATALOGUES.en, key);
