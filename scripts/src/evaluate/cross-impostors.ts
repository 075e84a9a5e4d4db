import type { Branch } from "@wardkey/models";
import { branchOf, branchSimilarity, type VectorName, vectorNames } from "@wardkey/models/measuring";
import { ImpostorScores } from "./impostor-scores.js";
import { type PersonTally, tallyByPerson } from "./intervals.js";
import { type EnrolledFace, type JudgedPair, noScore, type ProbeFace, type Scoring, thresholdOf } from "./scores.js";

/** Pairs of different people in one branch. */
export interface Impostors {
  readonly scores: ImpostorScores;
  /** False matches at the threshold in force, by the person who is enrolled. */
  readonly inForce: readonly PersonTally[];
}

export type ImpostorsByBranch = Readonly<Record<Branch, Impostors>>;

/**
 * Every enrolled face against every probe of somebody else. Tens of millions of pairs take minutes and no more room
 * than the faces do: vectors lie packed, scores are counted and not kept.
 */
export function crossImpostors(
  enrolled: readonly EnrolledFace[],
  probes: readonly ProbeFace[],
  { scoring, progress }: { readonly scoring: Scoring; readonly progress: (done: number, all: number) => void },
): ImpostorsByBranch {
  const packed = new Map(vectorNames.map((name) => [name, pack(enrolled, name)]));
  const people = new Map(enrolled.map(({ person }, index) => [person, index]));
  const owners = Int32Array.from(enrolled, ({ person }) => people.get(person) ?? -1);
  const usable = Uint8Array.from(enrolled, ({ vectors }) => (vectors === undefined ? 0 : 1));
  const result = { bare: emptyBranch(enrolled.length), masked: emptyBranch(enrolled.length) };
  for (const [index, { person, face }] of probes.entries()) {
    const found = face !== undefined && !face.turned;
    const branch = found ? branchOf(face.vectors, face.maskEvidence, scoring.thresholds) : scoring.missingIn;
    const threshold = thresholdOf(branch, scoring.thresholds);
    const { scores, errors, trials } = result[branch];
    const self = people.get(person) ?? -1;
    let row = 0;
    const cosineOf = (name: VectorName) => {
      const [live, stored] = [face?.vectors[name], packed.get(name)];
      return live === undefined || stored === undefined ? undefined : dotRow(live.numbers, stored, row);
    };
    for (row = 0; row < owners.length; row++) {
      if (owners[row] === self) continue;
      const similarity = found && usable[row] === 1 ? branchSimilarity(branch, face.vectors, cosineOf) : undefined;
      const score = similarity === undefined ? noScore : similarity - threshold;
      scores.add(score);
      trials[row] = (trials[row] ?? 0) + 1;
      if (score >= 0) errors[row] = (errors[row] ?? 0) + 1;
    }
    progress(index + 1, probes.length);
  }
  return { bare: byPerson(result.bare, owners), masked: byPerson(result.masked, owners) };
}

/** The listed pairs of different people. */
export function listedImpostors(pairs: readonly JudgedPair[]): ImpostorsByBranch {
  const inBranch = (branch: Branch): Impostors => {
    const own = pairs.filter((pair) => !pair.same && pair.branch === branch);
    const scores = new ImpostorScores();
    for (const { score } of own) scores.add(score);
    return { scores, inForce: tallyByPerson(own, ({ person, score }) => ({ person, error: score >= 0 })) };
  };
  return { bare: inBranch("bare"), masked: inBranch("masked") };
}

function emptyBranch(count: number) {
  return { scores: new ImpostorScores(), errors: new Float64Array(count), trials: new Float64Array(count) };
}

function byPerson(
  { scores, errors, trials }: ReturnType<typeof emptyBranch>,
  owners: Int32Array,
): { scores: ImpostorScores; inForce: readonly PersonTally[] } {
  const tallies = new Map<number, { errors: number; trials: number }>();
  for (const [row, owner] of owners.entries()) {
    const tally = tallies.get(owner) ?? { errors: 0, trials: 0 };
    tally.errors += errors[row] ?? 0;
    tally.trials += trials[row] ?? 0;
    tallies.set(owner, tally);
  }
  return { scores, inForce: [...tallies.values()].filter((tally) => tally.trials > 0) };
}

/** One vector of every enrolled face, row after row, noughts where there is no face; undefined where faces lack it. */
function pack(enrolled: readonly EnrolledFace[], name: VectorName): Float32Array | undefined {
  const faces = enrolled.flatMap(({ vectors }) => vectors ?? []);
  const length = faces[0]?.[name]?.numbers.length ?? 0;
  if (length === 0 || faces.some((face) => face[name]?.numbers.length !== length)) return undefined;
  const packed = new Float32Array(enrolled.length * length);
  for (const [index, { vectors }] of enrolled.entries()) packed.set(vectors?.[name]?.numbers ?? [], index * length);
  return packed;
}

function dotRow(live: Float32Array, packed: Float32Array, row: number): number {
  const { length } = live;
  const start = row * length;
  // Four sums, so that the processor need not wait for each product.
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    a += (live[i] ?? 0) * (packed[start + i] ?? 0);
    b += (live[i + 1] ?? 0) * (packed[start + i + 1] ?? 0);
    c += (live[i + 2] ?? 0) * (packed[start + i + 2] ?? 0);
    d += (live[i + 3] ?? 0) * (packed[start + i + 3] ?? 0);
  }
  for (; i < length; i++) a += (live[i] ?? 0) * (packed[start + i] ?? 0);
  return a + b + c + d;
}
