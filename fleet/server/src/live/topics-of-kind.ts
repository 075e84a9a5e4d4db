import type { LiveTopic } from "@wardkey/protocol/fleet";

const BY_FAMILY: Readonly<Record<string, readonly LiveTopic[]>> = {
  agent: ["devices"],
  camera: ["devices"],
  radio: ["devices"],
  device: ["devices"],
  ticket: ["devices"],
  certificate: ["devices"],
  ca: ["devices"],
  m2m: ["devices"],
  staff: ["people"],
  credential: ["people"],
  enrolment: ["people"],
  enrol: ["people"],
  operator: ["people"],
  badge: ["people"],
  pin: ["people"],
  code: ["people"],
  consent: ["people"],
  "emergency-card": ["people", "break-glass"],
  approval: ["approvals"],
  "break-glass": ["break-glass"],
  policy: ["policy", "rollout"],
  profiles: ["policy"],
  risk: ["risk"],
  nudge: ["nudges"],
  training: ["training"],
  lesson: ["training"],
  value: ["value"],
};

/** What a page shows that an event of this kind changes: everything that became durable is an event first. */
export function topicsOfKind(kind: string): readonly LiveTopic[] {
  if (kind === "audit.alarm") return ["events", "overview", "alarms"];
  const [family = ""] = kind.split(".");
  return ["events", "overview", ...(BY_FAMILY[family] ?? [])];
}
