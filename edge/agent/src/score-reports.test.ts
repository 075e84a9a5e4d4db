import { days, hours } from "@wardkey/protocol";
import { checkJournalBody } from "@wardkey/protocol/fleet";
import { describe, expect, it } from "vitest";
import { reportScores } from "./score-reports.js";
import { SimulatedVision } from "./testing/simulated-senses.js";
import { SimulatedTime } from "./testing/simulated-time.js";

const counts = [...new Array<number>(14).fill(0), 25, ...new Array<number>(5).fill(0)];

function report() {
  const time = new SimulatedTime();
  const vision = new SimulatedVision();
  const notes: [string, unknown][] = [];
  const stop = reportScores({
    clock: time,
    timers: time,
    vision,
    journal: { note: (kind, body) => void notes.push([kind, body]) },
    log: () => undefined,
  });
  const today = Math.floor(time.now() / days(1));
  return { time, vision, notes, stop, today };
}

describe("the report of similarities", () => {
  it("is told once a day, of the day that ended, as counts and nothing else", async () => {
    const { time, vision, notes, stop, today } = report();
    vision.scores.push({ branch: "bare", outcome: "matched", counts });
    await time.advance(days(1));
    await time.advance(hours(1));
    const body = { day: today, branch: "bare", outcome: "matched", counts: counts.join(",") };
    expect(notes).toEqual([["biometrics.drift", body]]);
    expect(checkJournalBody("biometrics.drift", body)).toEqual({ ok: true });
    await time.advance(hours(2));
    expect(notes).toHaveLength(1);
    stop();
    vision.scores.push({ branch: "bare", outcome: "matched", counts });
    await time.advance(days(2));
    expect(notes).toHaveLength(1);
  });

  it("says nothing where there was nothing to say", async () => {
    const { time, notes, stop } = report();
    await time.advance(days(2));
    expect(notes).toEqual([]);
    stop();
  });
});
