import { isHeldOut } from "../evaluate-faces-calibration.js";
import { type FacePair, personOf } from "../evaluate-faces-pairs.js";
import { EvaluationError } from "./evaluation-error.js";

/**
 * Pairs to measure enrolment from several photos with: of each person with more than `count` photos the first `count`, by
 * name, are enrolled together, and each of the others is a live face of theirs. Refuses with `too-few-people`.
 */
export function pairsEnrolling(count: number, photos: readonly string[]): readonly FacePair[] {
  const people = new Map<string, string[]>();
  for (const photo of [...photos].sort()) people.set(personOf(photo), [...(people.get(personOf(photo)) ?? []), photo]);
  const pairs = [...people.values()].flatMap((own) =>
    own.slice(count).map((probe) => ({ enrolled: own.slice(0, count), probe, same: true })),
  );
  if (pairs.length === 0) {
    throw new EvaluationError("too-few-people", `nobody has more than ${count} photos in a folder; give more of each`);
  }
  return pairs;
}

/** The pairs in which everybody was kept out of training and calibration, or all. Refuses with `too-few-people`. */
export function pairsOf(people: "held-out" | "all", pairs: readonly FacePair[]): readonly FacePair[] {
  if (people === "all") return pairs;
  const kept = pairs.filter(({ enrolled, probe }) => [...enrolled, probe].every((photo) => isHeldOut(personOf(photo))));
  if (kept.length > 0) return kept;
  throw new EvaluationError(
    "too-few-people",
    "in no pair are both held out; leave --people out, or give more people (about one in four is held out)",
  );
}
