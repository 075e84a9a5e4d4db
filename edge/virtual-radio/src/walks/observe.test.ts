import { describe, expect, it } from "vitest";
import { type Observation, WALK_KINDS } from "./model.js";
import { observe } from "./observe.js";
import { planWalk, walkSeeds } from "./plan.js";
import { Whereabouts } from "./whereabouts.js";

const walks = walkSeeds("tuning", 4 * WALK_KINDS.length).map((seed) => {
  const plan = planWalk(seed);
  return { plan, observations: [...observe(plan)] };
});
const ofType = <Type extends Observation["type"]>(list: readonly Observation[], type: Type) =>
  list.filter((each): each is Extract<Observation, { type: Type }> => each.type === type);

describe("what a kiosk observes of a walk", () => {
  it("comes in order of time and is the same each time", () => {
    const [first] = walks;
    if (first === undefined) throw new Error("there are walks");
    expect([...observe(first.plan)]).toEqual(first.observations);
    for (const { observations } of walks) {
      expect(observations.every(({ at }, index) => index === 0 || at >= (observations[index - 1]?.at ?? 0))).toBe(true);
    }
  });

  it("loses as many advertisements as its air says, beside the kiosk", () => {
    for (const { plan, observations } of walks.filter(({ plan: { kind } }) => kind === "phone-left-behind")) {
      const [use] = plan.uses;
      if (use === undefined) throw new Error("she used the kiosk");
      const lying = ofType(observations, "advert").filter(({ at }) => at >= use.seatedAt && at < use.leftAt);
      const sent = (use.leftAt - use.seatedAt) / 105;
      expect(1 - lying.length / sent).toBeGreaterThan(plan.air.loss - 0.06);
      expect(1 - lying.length / sent).toBeLessThan(plan.air.loss + 0.06);
    }
  });

  it("weakens as she walks away", () => {
    const weaker = walks.flatMap(({ plan, observations }) => {
      const [use] = plan.uses;
      if (use === undefined || plan.kind === "phone-left-behind" || plan.kiosks.length > 1) return [];
      const mean = (from: number, to: number): number => {
        const heard = ofType(observations, "advert").filter(
          ({ at, phone }) => at >= from && at < to && phone === "phone-anna",
        );
        return heard.reduce((sum, { rssi }) => sum + rssi, 0) / heard.length;
      };
      const far = mean(use.leftAt + 2_000, use.leftAt + 6_000);
      return Number.isFinite(far) ? [mean(use.seatedAt, use.risesAt) - far] : [];
    });
    expect(weaker.length).toBeGreaterThan(20);
    expect(weaker.reduce((sum, db) => sum + db, 0) / weaker.length).toBeGreaterThan(10);
  });

  it("shows a face only to a camera that she looks into from nearby, and input only while she types", () => {
    const wrong: Observation[] = [];
    let [faces, touches] = [0, 0];
    for (const { plan, observations } of walks) {
      const people = new Map(plan.people.map((person) => [person.name, new Whereabouts(person)]));
      for (const kiosk of plan.kiosks) {
        for (const seen of observations.filter((each) => each.kiosk === kiosk.name)) {
          const metres = (name: string): number => people.get(name)?.distance(seen.at, kiosk) ?? Number.NaN;
          if (seen.type === "faces") {
            faces += seen.faces.length;
            if (seen.faces.some(({ person }) => !(metres(person) < 1.7))) wrong.push(seen);
          }
          if (seen.type === "input") {
            touches += 1;
            if (![...people.keys()].some((name) => metres(name) < 1.1)) wrong.push(seen);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect([faces > 1_000, touches > 500]).toEqual([true, true]);
  });

  it("lets somebody's own face pass in view of a kiosk that she does not mean to use", () => {
    const passing = walks.filter(({ plan }) => plan.kind === "own-face-elsewhere");
    const seen = passing.filter(({ observations }) =>
      ofType(observations, "faces").some(({ kiosk, faces }) => kiosk === "desk" && faces.length > 0),
    );
    expect([passing.length, seen.length]).toEqual([4, 4]);
  });
});
