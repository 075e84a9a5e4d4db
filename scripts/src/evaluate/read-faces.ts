import { type FacePair, personOf } from "../evaluate-faces-pairs.js";
import type { Photo, PhotoReader, PhotoTask } from "../evaluate-faces-photos.js";
import { UnreadablePictures } from "./refusals.js";
import { type EnrolledFace, enrol, type ProbeFace } from "./scores.js";
import type { Settings } from "./settings.js";

/** Why photos gave no face that can be compared, and how often. */
export type Failures = Readonly<Record<string, number>>;

export interface FacesOfPairs {
  readonly enrolled: readonly EnrolledFace[];
  readonly probes: readonly ProbeFace[];
  readonly pairs: readonly { readonly enrolled: EnrolledFace; readonly probe: ProbeFace; readonly same: boolean }[];
  readonly photos: number;
  readonly failures: { readonly enrolment: Failures; readonly probe: Failures };
}

/**
 * Reads every photo once, tells of those that cannot be read, and embeds each once for each way in which it is used:
 * enrolled or live, bare or under the mask of its pair.
 */
export async function readFaces(
  pairs: readonly FacePair[],
  { mask, farther }: Pick<Settings, "mask" | "farther">,
  { reader, progress }: { readonly reader: PhotoReader; readonly progress: (line: string) => void },
): Promise<FacesOfPairs> {
  const enrolments = new Map<string, readonly Task[]>();
  const lives = new Map<string, Task>();
  const uses = pairs.map(({ enrolled, probe, same }, index) => {
    const set = enrolled.join("|");
    // A set of photos is enrolled once: under the mask of the first pair that names it, where masks are enrolled.
    const views =
      enrolments.get(set) ??
      enrolled.map((photo) => ({ photo, maskSeed: mask === "both" ? index : undefined, enrolled: true }));
    const live = { photo: probe, maskSeed: mask === "none" ? undefined : index, enrolled: false, farther };
    enrolments.set(set, views);
    lives.set(keyOf(live), live);
    return { set, live: keyOf(live), same };
  });
  const seen = await lookAtAll([...[...enrolments.values()].flat(), ...lives.values()], reader, progress);
  const viewsOf = (tasks: readonly Task[]) => tasks.flatMap((task) => seen.get(keyOf(task)) ?? []);
  const enrolled = mapValues(enrolments, (views) => enrol(personOf(views[0]?.photo ?? ""), viewsOf(views)));
  const probes = mapValues(lives, (live) => {
    const [view] = viewsOf([live]);
    return { person: personOf(live.photo), face: view?.outcome === "face" ? view.face : undefined };
  });
  return {
    enrolled: [...enrolled.values()],
    probes: [...probes.values()],
    pairs: uses.flatMap(({ set, live, same }) => {
      const [one, other] = [enrolled.get(set), probes.get(live)];
      return one === undefined || other === undefined ? [] : [{ enrolled: one, probe: other, same }];
    }),
    photos: new Set(pairs.flatMap((pair) => [...pair.enrolled, pair.probe])).size,
    failures: {
      enrolment: countFailures([...enrolments.values()].flatMap(viewsOf)),
      probe: countFailures([...lives.values()].flatMap((live) => viewsOf([live]))),
    },
  };
}

function mapValues<T, U>(map: ReadonlyMap<string, T>, make: (value: T) => U): ReadonlyMap<string, U> {
  return new Map([...map].map(([key, value]) => [key, make(value)]));
}

type Task = PhotoTask;

function keyOf({ photo, maskSeed, enrolled }: Task): string {
  return `${enrolled ? "enrolled" : "live"}|${maskSeed ?? ""}|${photo}`;
}

async function lookAtAll(tasks: readonly Task[], reader: PhotoReader, progress: (line: string) => void) {
  const byPhoto = new Map<string, Map<string, Task>>();
  for (const task of tasks) {
    const own = byPhoto.get(task.photo) ?? new Map<string, Task>();
    own.set(keyOf(task), task);
    byPhoto.set(task.photo, own);
  }
  const seen = new Map<string, Photo>();
  const unreadable = new UnreadablePictures(progress);
  let done = 0;
  for (const [photo, own] of byPhoto) {
    const views = await reader.look(photo, [...own.values()]);
    for (const [index, key] of [...own.keys()].entries()) {
      const view = views[index];
      if (view !== undefined) seen.set(key, view);
    }
    const [first] = views;
    if (first?.outcome === "failed" && first.refusal !== undefined) unreadable.add(first.refusal);
    done++;
    if (done % 250 === 0 || done === byPhoto.size) progress(`photos: ${done} of ${byPhoto.size}`);
  }
  unreadable.end();
  return seen;
}

function countFailures(views: readonly Photo[]): Failures {
  const counts: Record<string, number> = {};
  for (const view of views) {
    const reason = view.outcome === "failed" ? view.reason : view.face.turned ? "turned-away" : undefined;
    if (reason !== undefined) counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}
