import type { ReactNode } from "react";
import { useWords } from "../words.js";

export const NEAREST = 0.3;
export const FARTHEST = 20;
/** The lines at which a kiosk starts and ends to serve, in metres. */
const NEAR_LINE = 2;
const LEAVE_LINE = 3;

const WIDTH = 360;
const HEIGHT = 168;
const KIOSK_X = 30;
const FLOOR_Y = 92;
const STEP = (WIDTH - KIOSK_X - 26) / FARTHEST;
/** How far its carrier stands behind a phone that is held out. */
const IN_FRONT = 16;
const at = (metres: number): number => KIOSK_X + metres * STEP;

/** The room from above, to scale: kiosk on the left, its two lines, and whoever carries the phone. */
export function RoomPlan({ distance, pocket }: { distance: number; pocket: boolean }): ReactNode {
  const { t, formats } = useWords();
  return (
    <svg
      className="plan"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t("room.picture", { distance: formats.metres(distance) })}
    >
      <rect className="plan-floor" x={1} y={1} width={WIDTH - 2} height={HEIGHT - 2} rx={14} />
      <clipPath id="plan-floor">
        <rect x={1} y={1} width={WIDTH - 2} height={HEIGHT - 2} rx={14} />
      </clipPath>
      <g clipPath="url(#plan-floor)">
        <circle className="plan-leave" cx={KIOSK_X} cy={FLOOR_Y} r={LEAVE_LINE * STEP} />
        <circle className="plan-near" cx={KIOSK_X} cy={FLOOR_Y} r={NEAR_LINE * STEP} />
      </g>
      <text className="plan-words" x={at(NEAR_LINE) - 6} y={20} textAnchor="end">
        {formats.metres(NEAR_LINE)}
      </text>
      <text className="plan-words" x={at(LEAVE_LINE) + 4} y={20}>
        {formats.metres(LEAVE_LINE)}
      </text>
      <g className="plan-kiosk">
        <rect x={KIOSK_X - 20} y={FLOOR_Y - 34} width={18} height={68} rx={4} />
        <rect className="plan-glass" x={KIOSK_X - 1} y={FLOOR_Y - 18} width={4} height={36} rx={2} />
      </g>
      <g
        className="plan-person"
        style={{ transform: `translate(${at(distance)}px, ${FLOOR_Y}px)` }}
        data-pocket={pocket}
      >
        <g transform={pocket ? undefined : `translate(${IN_FRONT} 0)`}>
          <ellipse className="plan-body" cx={0} cy={0} rx={9} ry={19} />
          <circle className="plan-head" cx={0} cy={0} r={8} />
        </g>
        <rect className="plan-phone" x={-4} y={pocket ? 9 : -7} width={8} height={14} rx={2} />
      </g>
      <text className="plan-words plan-here" x={at(distance)} y={FLOOR_Y + 42} textAnchor="middle">
        {formats.metres(distance)}
      </text>
    </svg>
  );
}
