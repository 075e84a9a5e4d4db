import { faultOfPin, type WayGiven, type WayRequest } from "@wardkey/protocol/fleet";
import type { Operators } from "./operators.js";
import type { RecordEvent, StaffStore } from "./ports.js";
import { hindranceFor, type SupervisionRefusal, supervise } from "./supervision.js";
import type { WayRefusal, Ways } from "./ways.js";

export type GiveOutcome =
  | { ok: true; given: WayGiven }
  | { ok: false; code: WayRefusal | SupervisionRefusal | "operator-own-enrolment" | "operator-other-ward" }
  | { ok: false; code: "operator-code-locked"; retryAfter: number };

/** An operator at a kiosk gives the person beside them a badge, a PIN or a code: under the same rules as an enrolment. */
export type GiveWay = (kiosk: string, request: WayRequest) => Promise<GiveOutcome>;

export function createGiveWay(parts: {
  store: StaffStore;
  operators: Operators;
  ways: Ways;
  secondOperator: boolean;
  wardOf(kiosk: string): Promise<string | null>;
  record: RecordEvent;
}): GiveWay {
  const { ways } = parts;
  return async (kiosk, request) => {
    const supervised = await supervise(kiosk, request, parts);
    const { staffId } = request;
    if (!supervised.ok) {
      if (supervised.code !== "operator-code-locked") {
        await parts.record("enrolment.refused", { kiosk, by: supervised.operator, staffId, reason: supervised.code });
      }
      return supervised;
    }
    const { operator, second } = supervised;
    const person = await parts.store.person(staffId);
    if (person === null) return { ok: false, code: "staff-unknown" };
    const supervisors = second === null ? [operator] : [operator, second];
    const hindrance = hindranceFor(supervisors, person, await parts.wardOf(kiosk));
    if (hindrance !== null) {
      await parts.record("enrolment.refused", { kiosk, by: operator.id, staffId, reason: hindrance });
      return { ok: false, code: hindrance };
    }
    return give(ways, request, operator.id);
  };
}

async function give(ways: Ways, request: WayRequest, by: string): Promise<GiveOutcome> {
  const { staffId } = request;
  const nothing = { staffId, code: null, expiresAt: null, weak: false };
  switch (request.give) {
    case "code": {
      const made = await ways.issueCode(staffId, by);
      return made.ok ? { ok: true, given: { ...nothing, code: made.code, expiresAt: made.expiresAt } } : made;
    }
    case "pin": {
      const set = await ways.setPin(staffId, request.pin, by);
      return set.ok ? { ok: true, given: nothing } : set;
    }
    case "badge": {
      // A PIN that would be refused leaves no badge behind.
      const fault = faultOfPin(request.pin);
      if (fault !== null) return { ok: false, code: fault };
      const enrolled = await ways.enrolBadge(staffId, request.badge, by);
      if (!enrolled.ok) return enrolled;
      const set = await ways.setPin(staffId, request.pin, by);
      return set.ok ? { ok: true, given: { ...nothing, weak: enrolled.weak } } : set;
    }
  }
}
