import { FLEET_CLIENT, type FleetKind, type JournalKind } from "@wardkey/protocol/fleet";
import type { StoredEvent } from "../app/ports.js";

export type EventKind = JournalKind | FleetKind;

/** What an event means to somebody who knows no Wardkey; both export formats are made from it. */
export type Meaning =
  | { readonly what: "sign-in" | "sign-out"; readonly ok: boolean }
  | { readonly what: "change"; readonly how: "create" | "update" | "delete"; readonly of: string; readonly ok: boolean }
  | { readonly what: "alarm"; readonly severity: "medium" | "high" }
  | { readonly what: "start" | "stop" }
  | { readonly what: "other"; readonly ok: boolean };

const signIn = (ok = true): Meaning => ({ what: "sign-in", ok });
const signOut: Meaning = { what: "sign-out", ok: true };
const change = (how: "create" | "update" | "delete", of: string, ok = true): Meaning => ({
  what: "change",
  how,
  of,
  ok,
});
const created = (of: string, ok = true): Meaning => change("create", of, ok);
const updated = (of: string, ok = true): Meaning => change("update", of, ok);
const deleted = (of: string): Meaning => change("delete", of);
const alarm = (severity: "medium" | "high"): Meaning => ({ what: "alarm", severity });
const other = (ok = true): Meaning => ({ what: "other", ok });

/** Complete by its type: a new kind does not compile until it has its meaning here. */
export const MEANINGS: Readonly<Record<EventKind, Meaning>> = {
  "agent.started": { what: "start" },
  "agent.stopped": { what: "stop" },
  "server.started": { what: "start" },
  "server.stopped": { what: "stop" },
  "session.near": other(),
  "tap.started": other(),
  "tap.refused": signIn(false),
  "session.unlocked": signIn(),
  // It let somebody in, and above all somebody has to look at it.
  "break-glass.opened": alarm("high"),
  "session.leaving": other(),
  "session.kept": other(),
  "session.locked": signOut,
  "session.lock-disputed": other(false),
  "procedure.begun": other(),
  "procedure.ended": other(),
  "enrol.begun": other(),
  "enrol.codes-compared": other(),
  "enrol.completed": created("credential"),
  "enrol.failed": created("credential", false),
  "biometrics.drift": other(),
  "camera.lost": other(false),
  "camera.back": other(),
  "radio.lost": other(false),
  "radio.back": other(),
  "policy.in-force": updated("policy"),
  "policy.expired": other(false),
  "profiles.in-force": updated("policy"),
  "profiles.refused": updated("policy", false),
  "profiles.published": created("policy"),
  "presence.replay-suspected": alarm("medium"),
  "risk.in-force": other(),
  "risk.detected": alarm("medium"),
  "risk.dismissed": updated("detection"),
  "risk.raised": alarm("high"),
  "risk.let-go": other(),
  "risk.imported": created("inventory"),
  "risk.removed": deleted("inventory"),
  "security.alert": alarm("high"),
  "nudge.shown": other(),
  "nudge.withheld": other(),
  "lesson.opened": other(),
  "lesson.put-off": other(),
  "lesson.completed": other(),
  "behaviour.inferred": other(false),
  "nudge.programme-changed": updated("nudge-programme"),
  "nudge.caps-changed": updated("nudge-programme"),
  "nudge.trial-registered": created("nudge-trial"),
  "nudge.trial-ended": updated("nudge-trial"),
  "training.assigned": created("training"),
  "training.withdrawn": deleted("training"),
  "backup.made": other(),
  "backup.restored": other(),
  "backup.reviewed": other(),
  "admin.registered": created("administrator"),
  "admin.invited": created("invitation"),
  "admin.invitation-withdrawn": deleted("invitation"),
  "admin.recovery-opened": created("invitation"),
  "admin.role-changed": updated("administrator"),
  "admin.disabled": deleted("administrator"),
  "admin.signed-in": signIn(),
  "admin.sign-in-refused": signIn(false),
  "admin.signed-out": signOut,
  "admin.session-revoked": signOut,
  "admin.passkey-added": created("passkey"),
  "admin.passkey-removed": deleted("passkey"),
  "admin.token-made": created("api-token"),
  "admin.token-revoked": deleted("api-token"),
  "approval.proposed": created("approval"),
  "approval.voted": updated("approval"),
  "approval.rejected": updated("approval"),
  "approval.refused": updated("approval", false),
  "approval.executed": updated("approval"),
  "approval.failed": updated("approval", false),
  "approval.expired": deleted("approval"),
  "ca.rotated": updated("certificate-authority"),
  "certificate.issued": created("certificate"),
  "certificate.refused": created("certificate", false),
  "certificate.denied": deleted("certificate"),
  "ticket.issued": created("ticket"),
  "ticket.spent": deleted("ticket"),
  "ticket.refused": updated("ticket", false),
  "device.added": created("device"),
  "device.changed": updated("device"),
  "device.ticketed": updated("device"),
  "device.enrolled": updated("device"),
  "device.denied": updated("device"),
  "device.quarantined": updated("device"),
  "device.released": updated("device"),
  "device.retired": deleted("device"),
  "device.replaced": updated("device"),
  "device.commanded": updated("device"),
  "device.answered": updated("device"),
  "device.message-refused": alarm("medium"),
  "m2m.pair-added": created("connection"),
  "m2m.pair-removed": deleted("connection"),
  "m2m.refused": alarm("medium"),
  "broker.refused": alarm("medium"),
  "policy.published": created("policy"),
  "policy.rollout-started": updated("policy"),
  "policy.rollout-forward": updated("policy"),
  "policy.rollout-halted": updated("policy"),
  "policy.rolled-forward": updated("policy"),
  "policy.drafted": created("policy-draft"),
  "policy.draft-discarded": deleted("policy-draft"),
  "policy.rollout-resumed": updated("policy"),
  "policy.rollout-aborted": updated("policy"),
  "policy.rollout-finished": updated("policy"),
  "policy.refused": updated("policy", false),
  "policy.group-changed": updated("policy"),
  "staff.added": created("person"),
  "staff.changed": updated("person"),
  "staff.left": deleted("person"),
  "staff.ended": deleted("person"),
  "staff.erased": deleted("person"),
  "staff.imported": updated("person"),
  "credential.issued": created("credential"),
  "credential.suspended": updated("credential"),
  "credential.resumed": updated("credential"),
  "credential.revoked": deleted("credential"),
  "credential.lost": deleted("credential"),
  "credential.expired": deleted("credential"),
  "enrolment.begun": created("enrolment"),
  "enrolment.refused": created("enrolment", false),
  "operator.appointed": updated("person"),
  "operator.dismissed": updated("person"),
  "operator.locked": alarm("medium"),
  "badge.enrolled": created("badge"),
  "badge.removed": deleted("badge"),
  "pin.set": updated("credential"),
  "code.issued": created("credential"),
  "identify.accepted": signIn(),
  "identify.refused": signIn(false),
  "consent.given": created("consent"),
  "consent.withdrawn": deleted("consent"),
  "emergency-card.issued": created("emergency-card"),
  "emergency-card.revoked": deleted("emergency-card"),
  "emergency-card.spent": deleted("emergency-card"),
  "emergency-card.reused": alarm("high"),
  "break-glass.reviewed": other(),
  "value.assumptions-changed": other(),
  "audit.exported": other(),
  "audit.alarm": alarm("high"),
  "audit.verified": other(),
};

const isKnown = (kind: string): kind is EventKind => Object.hasOwn(MEANINGS, kind);

/** Kinds of a later version are told as they are. */
export const meaningOf = ({ kind }: StoredEvent): Meaning => (isKnown(kind) ? MEANINGS[kind] : other());

/** Who acted, on what, and where, in ids: a body has no other words. */
export function partsOf({ source, kind, body }: StoredEvent): {
  who: string;
  on: string;
  where: string;
  why: string | null;
} {
  const text = (...keys: string[]): string | null => {
    const found = keys.map((key) => body[key]).find((value) => typeof value === "string" && value !== "");
    return typeof found === "string" ? found : null;
  };
  const fleet = source === FLEET_CLIENT;
  const subject = kind.startsWith("admin.") ? text("admin") : text("staffId");
  const named = text("approval", "draft", "serial", "device", "staffId", "admin", "kiosk", "group", "session");
  const version = typeof body["version"] === "number" ? String(body["version"]) : null;
  const pair =
    body["from"] !== undefined && body["channel"] !== undefined
      ? `${body["from"]}/${body["to"]}/${body["channel"]}`
      : null;
  return {
    who: meaningIsSignIn(kind) ? (subject ?? "unknown") : (text("by") ?? subject ?? source),
    on: pair ?? named ?? version ?? source,
    where: fleet ? (text("kiosk", "device") ?? source) : source,
    why: text("reason", "code", "outcome"),
  };
}

const meaningIsSignIn = (kind: string): boolean => isKnown(kind) && MEANINGS[kind].what.startsWith("sign-");
