import { describe, expect, it } from "vitest";
import { EnrolmentPoses } from "./enrolment-poses.js";

const straight = { yaw: 2, pitch: -3, roll: 0 };
const left = { yaw: 14, pitch: 3, roll: 0 };
const right = { yaw: -14, pitch: 3, roll: 0 };
const up = { yaw: 3, pitch: 12, roll: 0 };

describe("the poses of an enrolment", () => {
  it("begin and end looking straight, with a turn to each side between", () => {
    const poses = new EnrolmentPoses(5);
    const asked = Array.from({ length: 5 }, (_, view) => {
      const pose = poses.next(view * 100);
      poses.taken(view * 100);
      return pose;
    });
    expect(asked).toEqual(["straight", "straight", "left", "right", "straight"]);
  });

  it("are as many as the views that are wanted", () => {
    const asked = [1, 2, 16].map((views) => {
      const poses = new EnrolmentPoses(views);
      return Array.from({ length: views + 1 }, () => {
        const pose = poses.next(0);
        poses.taken(0);
        return pose;
      });
    });
    expect(asked.map((poses) => poses.filter((pose) => pose !== null).length)).toEqual([1, 2, 16]);
    expect(asked[0]).toEqual(["straight", null]);
  });

  it("take the pose that was asked for, by the person's own left and right", () => {
    const poses = new EnrolmentPoses(3);
    poses.next(0);
    poses.taken(0);
    expect([left, right, up, straight].map((pose) => poses.accepts(pose, 100))).toEqual([true, false, false, false]);
    poses.taken(200);
    expect([left, right, up, straight].map((pose) => poses.accepts(pose, 300))).toEqual([false, false, false, true]);
  });

  it("take any pose from somebody who does not turn for two and a half seconds, and ask anew for the next", () => {
    const poses = new EnrolmentPoses(3);
    poses.next(0);
    poses.taken(1_000);
    expect([poses.next(1_100), poses.next(3_400), poses.next(3_500)]).toEqual(["left", "left", null]);
    expect(poses.accepts(straight, 3_600)).toBe(true);
    poses.taken(3_600);
    expect([poses.next(3_700), poses.accepts(right, 3_700)]).toEqual(["straight", false]);
  });
});
