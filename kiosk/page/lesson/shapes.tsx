import type { ReactNode } from "react";

/** Parts of the drawings, each within a square of 100 around its own origin; lines in the text's colour, grounds in the accent's. */

export const Monitor = ({ children }: { children?: ReactNode }): ReactNode => (
  <g>
    <rect className="draw-ground" x="-52" y="-44" width="104" height="68" rx="8" />
    <path d="M-14 24 v14 M14 24 v14 M-30 40 h60" />
    {children}
  </g>
);

export const Padlock = ({ isOpen = false }: { isOpen?: boolean }): ReactNode => (
  <g>
    <path d={isOpen ? "M-10 -6 v-10 a10 10 0 0 1 20 -4" : "M-10 -6 v-8 a10 10 0 0 1 20 0 v8"} />
    <rect className="draw-solid" x="-15" y="-6" width="30" height="23" rx="5" />
  </g>
);

export const TextLines = (): ReactNode => <path d="M-36 -26 h44 M-36 -12 h60 M-36 2 h34" />;

export const Phone = (): ReactNode => (
  <g>
    <rect className="draw-ground" x="-17" y="-32" width="34" height="64" rx="7" />
    <path d="M-5 24 h10" />
  </g>
);

export const Waves = (): ReactNode => <path d="M0 -14 a16 16 0 0 1 0 28 M10 -24 a30 30 0 0 1 0 48" />;

export const Person = (): ReactNode => (
  <g>
    <circle className="draw-ground" cx="0" cy="-34" r="13" />
    <path className="draw-ground" d="M-22 34 v-28 a22 22 0 0 1 44 0 v28 z" />
  </g>
);

/** In a stride, to the right. */
export const Walker = (): ReactNode => (
  <g>
    <circle className="draw-ground" cx="2" cy="-44" r="11" />
    <path d="M0 -32 L-2 2 L-18 40 M-2 2 L16 20 L20 40 M-1 -24 L-18 -6 M-1 -24 L18 -10" />
  </g>
);

export const Badge = (): ReactNode => (
  <g>
    <path d="M0 -50 v14" />
    <rect className="draw-ground" x="-26" y="-36" width="52" height="70" rx="7" />
    <circle cx="0" cy="-12" r="9" />
    <path d="M-14 10 h28 M-14 20 h18" />
  </g>
);

export const Key = (): ReactNode => (
  <g>
    <circle className="draw-ground" cx="-26" cy="0" r="18" />
    <path d="M-8 0 h50 M30 0 v14 M42 0 v10" />
  </g>
);

export const Stick = (): ReactNode => (
  <g>
    <rect className="draw-solid" x="-48" y="-13" width="26" height="26" rx="3" />
    <rect className="draw-ground" x="-22" y="-20" width="66" height="40" rx="8" />
    <path d="M-4 0 h30" />
  </g>
);

export const Cross = (): ReactNode => <path className="draw-no" d="M-12 -12 L12 12 M12 -12 L-12 12" />;
export const Tick = (): ReactNode => <path className="draw-yes" d="M-14 0 L-4 11 L16 -12" />;

export const At = ({
  x,
  y,
  by = 1,
  children,
}: {
  x: number;
  y: number;
  by?: number;
  children: ReactNode;
}): ReactNode => <g transform={`translate(${x} ${y}) scale(${by})`}>{children}</g>;
