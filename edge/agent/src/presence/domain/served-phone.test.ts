import { metres } from "@wardkey/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { strengthAt } from "./distance.js";
import { type ServedChange, ServedPhone } from "./served-phone.js";
import { DEFAULT_TUNING } from "./tuning.js";

const READING_MS = 250;
const HEARTBEAT_MS = 1_000;

interface Walked {
  readonly change: ServedChange;
  readonly at: number;
}

/** A session with a heartbeat each second (until `heartbeatsEnd`) and a reading each 250 ms along `path`, in metres. */
function serve(path: readonly (number | undefined)[], loss = 0, heartbeatsEnd = Number.POSITIVE_INFINITY): Walked[] {
  const phone = new ServedPhone(DEFAULT_TUNING, 0);
  const walked: Walked[] = [];
  path.forEach((distance, index) => {
    const at = (index + 1) * READING_MS;
    const changes = [
      at % HEARTBEAT_MS === 0 && at <= heartbeatsEnd ? phone.heartbeat({ moved: moves(path, index) }, at) : undefined,
      distance === undefined ? undefined : phone.rssi(strengthAt(metres(distance), DEFAULT_TUNING) - loss, at),
      phone.tick(at),
    ];
    for (const change of changes) if (change !== undefined) walked.push({ change, at });
  });
  return walked;
}

/** Whether the phone moved within the last second. */
const moves = (path: readonly (number | undefined)[], index: number): boolean =>
  path.slice(Math.max(0, index - 3), index + 1).some((distance) => distance !== path[index]);

const standing = (at: number, ms: number): number[] => Array.from({ length: ms / READING_MS }, () => at);
const walking = (from: number, to: number): number[] => {
  const steps = Math.ceil(Math.abs(to - from) / (1.2 * (READING_MS / 1_000)));
  return Array.from({ length: steps }, (_, step) => from + ((to - from) * (step + 1)) / steps);
};

describe("a served phone", () => {
  it("stays while its holder sits before the kiosk, in the hand or in a pocket", () => {
    expect(serve(standing(0.8, 60_000))).toEqual([]);
    expect(serve(standing(1.2, 60_000), DEFAULT_TUNING.bodyLoss)).toEqual([]);
  });

  it.each([0, DEFAULT_TUNING.bodyLoss])("leaves within 4 s of crossing the leave line (body loss %d dB)", (loss) => {
    const [left] = serve([...standing(1, 10_000), ...walking(1, 8), ...standing(8, 2_000)], loss);
    const crossedAt = 10_000 + ((3 - 1) / 1.2) * 1_000;
    expect(left?.change).toEqual({ type: "leaving", why: "distance" });
    expect((left?.at ?? Number.NaN) - crossedAt).toBeLessThan(4_000);
  });

  it("is back when it returns in time", () => {
    const changes = serve([...standing(1, 5_000), ...walking(1, 6), ...walking(6, 1), ...standing(1, 5_000)]).map(
      ({ change }) => change,
    );
    expect(changes).toEqual([{ type: "leaving", why: "distance" }, { type: "back" }]);
  });

  it("has gone once it is far, which is told once each time", () => {
    const there = [...walking(1, 9), ...standing(9, 6_000), ...walking(9, 1), ...standing(1, 6_000)];
    const changes = serve([...standing(1, 5_000), ...there, ...there]).map(({ change }) => change.type);
    expect(changes).toEqual(["leaving", "gone", "back", "leaving", "gone", "back"]);
  });

  it("leaves 3 s after its last heartbeat, however strong the link", () => {
    expect(serve(standing(0.5, 10_000), 0, 4_000)).toEqual([
      { change: { type: "leaving", why: "heartbeat" }, at: 7_250 },
    ]);
  });

  it("leaves when the strength of its link is no longer known", () => {
    expect(serve([...standing(1, 2_000), ...Array.from({ length: 20 }, () => undefined)])).toEqual([
      { change: { type: "leaving", why: "distance" }, at: 5_250 },
    ]);
  });

  it("leaves when it is taken away, though the face stays at the screen, and is not back until it is near again", () => {
    const phone = new ServedPhone(DEFAULT_TUNING, 0);
    const changes: (ServedChange & { at: number })[] = [];
    const path = [...standing(0.8, 6_000), ...walking(0.8, 20), ...standing(20, 6_000), ...walking(20, 0.8)];
    let counted = 0;
    const stepsAt = (index: number): number => {
      const walked = path.slice(counted, index).reduce((sum, metre, place) => {
        return sum + Math.abs(metre - (path[counted + place - 1] ?? metre));
      }, 0);
      counted = index;
      return Math.round(walked / 0.7);
    };
    [...path, ...standing(0.8, 8_000)].forEach((distance, index) => {
      const at = (index + 1) * READING_MS;
      const told = [
        phone.face({ faces: 1, track: 1 }, at),
        at % HEARTBEAT_MS === 0 ? phone.heartbeat({ moved: true, steps: stepsAt(index) }, at) : undefined,
        phone.rssi(strengthAt(metres(distance), DEFAULT_TUNING), at),
      ];
      for (const change of told) if (change !== undefined) changes.push({ ...change, at });
    });
    expect(changes.map(({ type }) => type)).toEqual(["leaving", "gone", "back"]);
    // It stood at 20 m until then.
    expect(changes[2]?.at).toBeGreaterThan(path.length * READING_MS - 16_000);
  });

  it("leaves at once when it is suddenly far away by as many steps, though the face stays at the screen", () => {
    const phone = new ServedPhone(DEFAULT_TUNING, 0);
    const changes: (ServedChange & { at: number })[] = [];
    for (let at = READING_MS; at <= 20_000; at += READING_MS) {
      const away = at >= 10_000;
      const steps = at === 10_000 ? 16 : 0;
      const told = [
        phone.face({ faces: 1, track: 1 }, at),
        at % HEARTBEAT_MS === 0 ? phone.heartbeat({ moved: steps > 0, steps }, at) : undefined,
        phone.rssi(strengthAt(metres(away ? 12 : 0.7), DEFAULT_TUNING), at),
      ];
      for (const change of told) if (change !== undefined) changes.push({ ...change, at });
    }
    expect(changes[0]).toMatchObject({ type: "leaving", why: "distance" });
    expect(changes[0]?.at).toBeLessThan(11_500);
    expect(changes[1]).toMatchObject({ type: "gone" });
    expect(changes.find(({ type }) => type === "back")?.at ?? Number.POSITIVE_INFINITY).toBeGreaterThan(15_000);
  });

  it("leaves within 10 s when it is walked off with by small steps and somebody else sits down, however strong the link", () => {
    const phone = new ServedPhone(DEFAULT_TUNING, 0);
    const changes: (ServedChange & { at: number })[] = [];
    const risesAt = 30_000;
    for (let at = READING_MS; at <= 120_000; at += READING_MS) {
      const told = [
        phone.face({ faces: 1, track: at < risesAt ? 1 : 2 }, at),
        at >= risesAt ? phone.input(at) : undefined,
        at % HEARTBEAT_MS === 0
          ? phone.heartbeat({ moved: at > risesAt, steps: at > risesAt && at < risesAt + 12_000 ? 1 : 0 }, at)
          : undefined,
        phone.rssi(strengthAt(metres(0.8), DEFAULT_TUNING), at),
      ];
      for (const change of told) if (change !== undefined) changes.push({ ...change, at });
    }
    const [left, gone] = changes;
    expect(left).toMatchObject({ type: "leaving" });
    expect(left?.at).toBeLessThan(risesAt + 10_000);
    expect(gone).toMatchObject({ type: "gone" });
    expect(changes).toHaveLength(2);
  });

  it("never comes back once its link is lost", () => {
    const phone = new ServedPhone(DEFAULT_TUNING, 0);
    expect([
      phone.lost(50),
      phone.heartbeat({ moved: true }, 100),
      phone.rssi(-40, 200),
      phone.tick(300),
      phone.lost(400),
    ]).toEqual([{ type: "leaving", why: "link" }, undefined, undefined, undefined, undefined]);
  });

  it("leaves without heartbeats whatever strength is forged", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -90, max: 20 }), { minLength: 20, maxLength: 80 }), (strengths) => {
        const phone = new ServedPhone(DEFAULT_TUNING, 0);
        strengths.forEach((strength, index) => {
          phone.rssi(strength, (index + 1) * READING_MS);
        });
        expect(phone.tick(strengths.length * READING_MS)).toBeUndefined();
        expect(phone.lost(strengths.length * READING_MS)).toBeUndefined();
      }),
    );
  });
});
