import type { ReactNode } from "react";
import { useWords } from "../words.js";
import type { Trial } from "./answers.js";

const WIDTH = 320;
const HEIGHT = 44;
const MIDDLE = HEIGHT / 2;

/** The effect on a scale with nought in its middle: a point, and the interval around it. The words beside it say the same. */
export function EffectBar({ effect }: { effect: NonNullable<Trial["effect"]> }): ReactNode {
  const { t } = useWords();
  const { difference, interval } = effect;
  const reach = Math.max(1, Math.abs(difference), Math.abs(interval?.low ?? 0), Math.abs(interval?.high ?? 0)) * 1.1;
  const x = (value: number): number => WIDTH / 2 + (value / reach) * (WIDTH / 2);
  return (
    <svg className="effect-bar" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t("nudges.trial.scale")}>
      <path className="effect-scale" d={`M0 ${MIDDLE} H${WIDTH} M${WIDTH / 2} 4 V${HEIGHT - 4}`} />
      {interval === null ? null : (
        <path
          className="effect-interval"
          d={`M${x(interval.low)} ${MIDDLE} H${x(interval.high)} M${x(interval.low)} ${MIDDLE - 9} v18 M${x(interval.high)} ${MIDDLE - 9} v18`}
        />
      )}
      <circle className="effect-point" cx={x(difference)} cy={MIDDLE} r="7" />
    </svg>
  );
}
