import type { Observation, Use, WalkTrace } from "@wardkey/virtual-radio/walks";

const FRAME_MS = 500;
const INPUT_MS = 5_000;
const FACE_SIZE = 0.35;
/** On the way to the seat, and after getting up, she walks. */
const WALKS_ON_MS = 20_000;

/**
 * What a radio recording cannot tell, assumed from the `uses` that somebody wrote down: while seated she looks at the
 * screen and touches it each five seconds, and her phone moves while she comes and goes. Figures from such a trace rest on
 * these assumptions: they are about the radio alone.
 */
export function withAssumptions(trace: WalkTrace): WalkTrace {
  const { header } = trace;
  const lacks = (what: (typeof header.unknown)[number]): boolean => header.unknown.includes(what);
  const added = header.kiosks.flatMap((kiosk) => {
    const uses = header.uses.filter((use) => use.kiosk === kiosk);
    return [
      ...(lacks("faces") ? frames(kiosk, uses, header.durationMs) : []),
      ...(lacks("inputs") ? touches(kiosk, uses) : []),
    ];
  });
  const walking = (person: string, at: number): boolean =>
    header.uses.some(
      (use) =>
        use.person === person &&
        ((at >= use.from && at < use.seatedAt) || (at >= use.risesAt && at < use.risesAt + WALKS_ON_MS)),
    );
  const owners = new Map(header.people.map(({ name, phone }) => [phone, name]));
  const observed = trace.observations.map((each): Observation => {
    if (each.type !== "heartbeat" || !lacks("moved")) return each;
    return { ...each, moved: walking(owners.get(each.phone) ?? "", each.at) };
  });
  return { header, observations: [...observed, ...added].sort((one, other) => one.at - other.at) };
}

function frames(kiosk: string, uses: readonly Use[], durationMs: number): Observation[] {
  const seen: Observation[] = [];
  for (let at = 0; at < durationMs; at += FRAME_MS) {
    const faces = uses
      .filter((use) => at >= use.seatedAt && at < use.risesAt)
      .map(({ person }) => ({ person, size: FACE_SIZE }));
    seen.push({ at, type: "faces", kiosk, faces });
  }
  return seen;
}

function touches(kiosk: string, uses: readonly Use[]): Observation[] {
  const seen: Observation[] = [];
  for (const { seatedAt, risesAt } of uses) {
    for (let at = seatedAt + INPUT_MS; at < risesAt; at += INPUT_MS) seen.push({ at, type: "input", kiosk });
  }
  return seen;
}
