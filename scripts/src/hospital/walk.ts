import type { FromPhonePage, PhoneView } from "@wardkey/protocol/phone";
import type { Watch } from "./watch.js";

const STEP_MS = 50;
/** A brisk walk. */
const METRES_PER_SECOND = 1.5;

export interface Walk {
  /** Resolves with the monotonic time at which the phone crossed the line. */
  readonly crossed: Promise<number>;
  /** Resolves once it stands at its end. */
  readonly arrived: Promise<void>;
}

/** Walks the phone through the simulated room at 1.5 m/s, as the slider on its page would. */
export function walk(
  phone: Pick<Watch<PhoneView, FromPhonePage>, "send">,
  { from, to, crossing, speed = METRES_PER_SECOND }: { from: number; to: number; crossing: number; speed?: number },
): Walk {
  let cross: (at: number) => void = () => {};
  const crossed = new Promise<number>((resolve) => {
    cross = resolve;
  });
  const steps = Math.max(1, Math.ceil((Math.abs(to - from) / speed) * (1_000 / STEP_MS)));
  const arrived = (async () => {
    let past = false;
    for (let step = 0; step <= steps; step++) {
      const distance = from + ((to - from) * step) / steps;
      phone.send({ type: "move", distance: Math.round(distance * 100) / 100 });
      if (!past && (to < from ? distance <= crossing : distance >= crossing)) {
        past = true;
        cross(performance.now());
      }
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
  })();
  return { crossed, arrived };
}
