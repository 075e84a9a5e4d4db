import type { ReactNode } from "react";

/** A face-shaped ring that fills while pictures are taken. */
export function OvalRing({ value, label, children }: { value: number; label: string; children: ReactNode }): ReactNode {
  return (
    <div className="oval">
      <div className="oval-inside">{children}</div>
      <svg
        viewBox="0 0 180 220"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(value * 100)}
      >
        <path className="oval-rail" d={OVAL} />
        <path className="oval-arc" d={OVAL} pathLength="100" strokeDasharray={`${value * 100} 100`} />
      </svg>
    </div>
  );
}

// From the top, clockwise.
const OVAL = "M90 6C137 6 174 52 174 110S137 214 90 214 6 168 6 110 43 6 90 6Z";
