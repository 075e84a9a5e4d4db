import { seconds } from "@wardkey/protocol";
import fc from "fast-check";
import type { Emergency } from "./emergency.js";
import type { Facts } from "./model.js";
import type { SessionEvent } from "./session-event.js";
import type { SimulatedSession } from "./session-world.js";

/** Something that may happen to a session: an event, time, or another fact. */
export type Happening =
  | { kind: "event"; event: SessionEvent }
  | { kind: "time"; ms: number }
  | { kind: "facts"; facts: Partial<Facts> };

const holder = fc.constantFrom({ id: "anna" }, { id: "bruno" });
const attempt = fc.integer({ min: 0, max: 4 });
const reason = fc.constantFrom("no-match" as const, "not-live" as const, "phone-refused" as const);

export const radioEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.record({
    type: fc.constant("approaching" as const),
    holder,
    evidence: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ type: fc.constantFrom("near" as const, "leaving" as const, "back" as const, "gone" as const), holder }),
);
const attemptEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.record({
    type: fc.constantFrom(
      "tapped" as const,
      "challenge-began" as const,
      "recorded" as const,
      "record-failed" as const,
      "link-lost" as const,
      "elsewhere" as const,
    ),
    attempt,
  }),
  fc.record({ type: fc.constant("heartbeat" as const), attempt, moved: fc.boolean() }),
  fc.record({ type: fc.constant("tap-failed" as const), attempt, reason, code: fc.constant("code") }),
  fc.record({ type: fc.constant("not-matched" as const), attempt, reason }),
  fc.record({
    type: fc.constant("matched" as const),
    attempt,
    decision: fc.record({
      staffId: fc.constant("anna"),
      name: fc.constant("Anna"),
      branch: fc.constantFrom("bare" as const, "masked" as const),
      decidedAt: fc.integer({ min: 0, max: 40_000 }),
    }),
  }),
);
const way = fc.constantFrom("badge" as const, "code" as const, "phone" as const, "break-glass" as const);
const someEmergency: Emergency = {
  reason: "system-down",
  means: "code",
  operation: "unlock-workstation",
  review: "security-officer",
  reviewHours: 24,
  lasts: seconds(20),
  card: "7KQM",
  second: null,
  leaseEnded: false,
};
const proofEvent: fc.Arbitrary<SessionEvent> = fc.oneof(
  fc.record({ type: fc.constant("proof-offered" as const), way }),
  fc.record({ type: fc.constant("not-proven" as const), attempt, code: fc.constant("way-wrong") }),
  fc.record({
    type: fc.constant("proven" as const),
    attempt,
    decision: fc.record(
      {
        staffId: fc.constantFrom("carla", "anna"),
        name: fc.constant("Carla"),
        way,
        weak: fc.boolean(),
        decidedAt: fc.integer({ min: 0, max: 40_000 }),
        emergency: fc.constant(someEmergency),
      },
      { requiredKeys: ["staffId", "name", "way", "weak", "decidedAt"] },
    ),
  }),
);
export const screenEvent: fc.Arbitrary<SessionEvent> = fc.record({
  type: fc.constantFrom(
    "lock-now" as const,
    "stay" as const,
    "activity" as const,
    "face-gone-and-phone-still" as const,
    "enrolment-began" as const,
    "enrolment-ended" as const,
    "look-again" as const,
  ),
});
const facts: fc.Arbitrary<Partial<Facts>> = fc.oneof(
  fc.record({ face: fc.constantFrom("unknown" as const, "none" as const, "one" as const, "several" as const) }),
  fc.record({ leaseValid: fc.boolean() }),
  fc.record({ cutOff: fc.boolean() }),
  fc.record({ denied: fc.constantFrom(new Set<string>(), new Set(["carla"]), new Set(["anna"])) }),
  fc.record({ journal: fc.constantFrom("ok" as const, "down" as const) }),
  fc.record({ setAside: fc.constantFrom("ok" as const, "down" as const) }),
  fc.record({ camera: fc.constantFrom("ok" as const, "unavailable" as const, "unattested" as const) }),
  fc.record({ radio: fc.constantFrom("ok" as const, "down" as const) }),
);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: radioEvent.map((event): Happening => ({ kind: "event", event })) },
  { weight: 4, arbitrary: attemptEvent.map((event): Happening => ({ kind: "event", event })) },
  { weight: 1, arbitrary: screenEvent.map((event): Happening => ({ kind: "event", event })) },
  { weight: 2, arbitrary: proofEvent.map((event): Happening => ({ kind: "event", event })) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 6_000 }).map((ms): Happening => ({ kind: "time", ms })) },
  { weight: 1, arbitrary: facts.map((each): Happening => ({ kind: "facts", facts: each })) },
);
/** The next step of an honest way in, whichever attempt is under way. */
export type Honest =
  | "tap"
  | "challenge"
  | "match"
  | "record"
  | "walk-up"
  | "heartbeat"
  | "offer"
  | "prove"
  | "offer-phone"
  | "prove-phone"
  | "break"
  | "grant";
/** The honest way in, challenged or not, with something else in between: random walks alone would seldom get in. */
const comingIn = fc
  .tuple(fc.array(happening, { maxLength: 1 }), fc.nat(5), fc.boolean())
  .map(([between, at, asked]): (Happening | Honest)[] => {
    const challenge: Honest[] = asked ? ["challenge"] : [];
    const way: (Happening | Honest)[] = ["walk-up", "tap", ...challenge, "match", "record", "heartbeat"];
    return [...way.slice(0, at), ...between, ...way.slice(at)];
  });
/** The honest way in without a face, likewise. */
const typingIn = fc
  .tuple(fc.array(happening, { maxLength: 1 }), fc.nat(2), fc.boolean())
  .map(([between, at, byPhone]): (Happening | Honest)[] => {
    const typed: (Happening | Honest)[] = byPhone ? ["offer-phone", "prove-phone"] : ["offer", "prove"];
    const whole = [...typed, "record" as const];
    return [...whole.slice(0, at), ...between, ...whole.slice(at)];
  });
/** An emergency, likewise, at a kiosk that may be past its lease or without its journal. */
const breakingIn = fc
  .tuple(fc.array(happening, { maxLength: 2 }), fc.nat(2))
  .map(([between, at]): (Happening | Honest)[] => {
    const whole: (Happening | Honest)[] = ["break", "grant", "record"];
    return [...whole.slice(0, at), ...between, ...whole.slice(at)];
  });
/** Histories in which people come in, honestly or not, and everything else happens in between. */
export const walk = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: happening.map((each): (Happening | Honest)[] => [each]) },
      { weight: 2, arbitrary: comingIn },
      { weight: 2, arbitrary: typingIn },
      { weight: 1, arbitrary: breakingIn },
    ),
    {
      maxLength: 20,
    },
  )
  .map((parts) => parts.flat());

/** Lets one thing happen; answers the event that it was, if it was one. */
export function play(world: SimulatedSession, each: Happening | Honest): SessionEvent | null {
  const current = world.session.attempts;
  const event = ((): SessionEvent | null => {
    if (each === "tap") return { type: "tapped", attempt: current };
    if (each === "challenge") return { type: "challenge-began", attempt: current };
    if (each === "match") return { type: "matched", attempt: current, decision: world.decision() };
    if (each === "offer") return { type: "proof-offered", way: "code" };
    if (each === "prove") return { type: "proven", attempt: current, decision: world.proof() };
    if (each === "offer-phone") return { type: "proof-offered", way: "phone" };
    if (each === "prove-phone") return { type: "proven", attempt: current, decision: world.proof("phone") };
    if (each === "break") return { type: "proof-offered", way: "break-glass" };
    if (each === "grant") {
      const decision = { ...world.proof("break-glass"), emergency: someEmergency };
      return { type: "proven", attempt: current, decision };
    }
    if (each === "record") return { type: "recorded", attempt: current };
    if (each === "walk-up") return { type: "near", holder: { id: "anna" } };
    if (each === "heartbeat") return { type: "heartbeat", attempt: current, moved: true };
    return each.kind === "event" ? each.event : null;
  })();
  if (event?.type === "procedure" && event.running) world.beginProcedure();
  else if (event !== null) world.send(event);
  else if (typeof each === "object" && each.kind === "time") world.pass(each.ms);
  else if (typeof each === "object" && each.kind === "facts") world.facing(each.facts);
  return event;
}
