import type { ReactNode } from "react";

const RADIUS = 92;
const ROUND = 2 * Math.PI * RADIUS;

export interface RingProps {
  /** 0..1; `null` draws the rail only. */
  readonly value: number | null;
  /** What the ring measures, read out; without it the ring is a picture and silent. */
  readonly label?: string;
  /** Of the stroke, where the ring is 200 across. Its size is that of the box around it. */
  readonly thickness?: number;
  readonly children?: ReactNode;
}

/** A ring that fills clockwise from the top, in the current text colour, with something inside. */
export function Ring({ value, label, thickness = 12, children }: RingProps): ReactNode {
  const meter =
    label === undefined || value === null
      ? {}
      : {
          role: "progressbar",
          "aria-label": label,
          "aria-valuemin": 0,
          "aria-valuemax": 100,
          "aria-valuenow": Math.round(value * 100),
        };
  return (
    <div className="wk-ring" {...meter}>
      <svg className="wk-ring-drawing" viewBox="0 0 200 200" aria-hidden="true">
        <circle className="wk-ring-rail" cx="100" cy="100" r={RADIUS} strokeWidth={thickness} />
        {value === null || value <= 0 ? null : (
          <circle
            className="wk-ring-arc"
            cx="100"
            cy="100"
            r={RADIUS}
            strokeWidth={thickness}
            strokeDasharray={ROUND}
            strokeDashoffset={ROUND * (1 - Math.min(1, value))}
          />
        )}
      </svg>
      <div className="wk-ring-inside">{children}</div>
    </div>
  );
}
