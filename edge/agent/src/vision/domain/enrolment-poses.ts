import type { Pose } from "@wardkey/models";

/** How the head is held in a view of an enrolment. Left and right are the person's own. */
export type EnrolmentPose = "straight" | "left" | "right" | "up" | "down";

// Far enough to show another side of the face; the hints speak up at 25 and 20 degrees.
const turnedFrom = 9;
// Who cannot turn, or does not want to, is enrolled looking straight.
const patienceMs = 2_500;

/** Which pose the next view of an enrolment should have: several poses make a template that knows the face from beside too. */
export class EnrolmentPoses {
  #wanted: EnrolmentPose[];
  #askedAt: number | undefined;

  /** The first views look straight, and so does the last: the person ends facing the screen. */
  constructor(views: number) {
    const turns: readonly EnrolmentPose[] = ["left", "right", "up", "down"];
    const turned = turns.slice(0, Math.floor((views - 1) / 2));
    const straight = Array.from({ length: views - turned.length }, () => "straight" as const);
    this.#wanted = [...straight.slice(1), ...turned, ...straight.slice(0, 1)];
  }

  /** What to ask of the person now; `null` when any pose that no hint speaks against will do. */
  next(at: number): EnrolmentPose | null {
    this.#askedAt ??= at;
    return at - this.#askedAt >= patienceMs ? null : (this.#wanted[0] ?? null);
  }

  accepts(pose: Pose, at: number): boolean {
    const asked = this.next(at);
    return asked === null || poseOf(pose) === asked;
  }

  /** A view was taken at this time: on to the next pose. */
  taken(at: number): void {
    this.#wanted = this.#wanted.slice(1);
    this.#askedAt = at;
  }
}

/** The camera sees the person's left at the picture's right. */
function poseOf({ yaw, pitch }: Pose): EnrolmentPose {
  if (Math.abs(yaw) >= Math.abs(pitch)) return Math.abs(yaw) < turnedFrom ? "straight" : yaw > 0 ? "left" : "right";
  return Math.abs(pitch) < turnedFrom ? "straight" : pitch > 0 ? "up" : "down";
}
