import { seconds } from "@wardkey/protocol";
import { describe, expect, it } from "vitest";
import { PROFILES } from "../profile/index.js";
import { createKioskReplay, type Observation, type ReplayEvent } from "./index.js";

const READING_MS = 250;
const LEAVES_MS = 12_000;
const BEAT_MS = 1_000;

/**
 * Anna works; then her phone is pushed off in a wheelchair at a metre a second and makes no step, and the same face stays,
 * its hands at the keys. Out of range nothing of its link is heard; somebody sends its advertisements on, near and strong.
 */
function carriedOff(
  rangeMetres: number,
  heartbeatSeconds: number,
): { lastBeat: number; events: readonly ReplayEvent[] } {
  const kiosk = createKioskReplay({
    at: 0,
    world: { tap: () => 300, faceOf: () => "match" },
    rules: { heartbeatDeadline: seconds(heartbeatSeconds) },
    tuning: { heartbeatLoss: seconds(heartbeatSeconds) },
  });
  const events: ReplayEvent[] = [];
  let lastBeat = 0;
  const see = (observation: Observation): void => void events.push(...kiosk.observe(observation));
  for (let at = 0; at < LEAVES_MS + 60_000; at += READING_MS) {
    const metres = 0.7 + Math.max(0, at - LEAVES_MS) / 1_000;
    see({ at, type: "advert", phone: "anna", rssi: -56 });
    if (metres < rangeMetres) {
      see({ at, type: "link-strength", phone: "anna", rssi: Math.round(-59 - 22 * Math.log10(metres)) });
      if (at % BEAT_MS === 0) {
        see({ at, type: "heartbeat", phone: "anna", moved: at > LEAVES_MS, steps: 0 });
        lastBeat = at;
      }
    }
    if (at % 500 === 0) see({ at, type: "face", faces: 1, size: 0.3, track: 1, steadyMs: at });
    if (at % 1_000 === 0) see({ at, type: "input" });
  }
  return { lastBeat, events };
}

describe("a phone that is carried off without a step while the same face stays and types", () => {
  it.each([
    [2, 2.5],
    [3, 2.5],
    [3, 8],
    [10, 2.5],
  ])("locks within the policy's %i s and the countdown of its last heartbeat, heard as far as %f m", (bound, range) => {
    const { lastBeat, events } = carriedOff(range, bound);
    const lock = events.find((event) => event.type === "locked");
    expect(lock).toMatchObject({ why: "heartbeat-lost" });
    const took = (lock?.at ?? Number.NaN) - lastBeat;
    expect(took).toBeGreaterThan(0);
    expect(took).toBeLessThanOrEqual(bound * 1_000 + PROFILES.production.session.leavingCountdown);
  });
});
