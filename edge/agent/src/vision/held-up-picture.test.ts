import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { heldUpPictureOf, pictureOf, STILLS } from "../testing/film.js";
import { createLocalAnalyst } from "./adapters/local-analyst.js";
import type { AnalystPort, EnrolmentStep } from "./app/analyst-port.js";

let analyst: AnalystPort;
let at = 0;

beforeAll(async () => {
  analyst = createLocalAnalyst({ enforceLiveness: true }, () => performance.now());
  await analyst.start();
});
afterAll(() => analyst.stop());

const bytesOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);

/** Eight frames of somebody, or something, that sways a little; the step after each. */
async function enrol(pictureAt: (aside: number) => Promise<Buffer>): Promise<(EnrolmentStep | undefined)[]> {
  await analyst.beginEnrolment({ key: bytesOf(randomBytes(32)), views: 3 });
  at += 10_000;
  const steps: (EnrolmentStep | undefined)[] = [];
  for (let frame = 0; frame < 8; frame += 1) {
    at += 300;
    const jpeg = await pictureAt(3 * (frame % 4));
    const looked = await analyst.look({ at, embed: true, frame: { kind: "jpeg", bytes: bytesOf(jpeg) } });
    steps.push(looked.outcome === "seen" ? looked.result.enrolment : undefined);
    if (steps.at(-1)?.step === "done") break;
  }
  await analyst.cancelEnrolment();
  return steps;
}

describe("a picture on a display that is held up (simulated)", () => {
  it("enrols nobody, where the person herself is enrolled", async () => {
    const held = await enrol((aside) => heldUpPictureOf(STILLS.womanElsewhere, aside));
    const herself = await enrol((aside) => pictureOf({ ...STILLS.womanElsewhere, x: STILLS.womanElsewhere.x + aside }));
    expect(held.map((step) => (step?.step === "gathering" ? step.progress : step?.step))).toEqual(
      new Array<number>(8).fill(0),
    );
    expect(herself.at(-1)?.step).toBe("done");
  });
});
