import type { Tone } from "@wardkey/ui";
import type { LucideIcon } from "@wardkey/ui/icons";
import type { ReactNode } from "react";

export interface FigureTile {
  readonly icon: LucideIcon;
  readonly value: string;
  readonly label: string;
  /** The list behind the number. */
  readonly href: string;
  readonly tone?: Tone;
  /** What it was, or what it is measured against. */
  readonly about?: string;
}

/** Numbers in a row; each opens the list behind it. */
export function FigureTiles({ label, tiles }: { label: string; tiles: readonly FigureTile[] }): ReactNode {
  return (
    <nav className="tiles" aria-label={label}>
      {tiles.map(({ icon: Icon, value, label: name, href, tone = "neutral", about }) => (
        <a key={name} className="tile" href={href} data-tone={tone}>
          <Icon size={22} aria-hidden />
          <span className="tile-value wk-figures">{value}</span>
          <span className="tile-label">{name}</span>
          {about === undefined ? null : <span className="tile-about">{about}</span>}
        </a>
      ))}
    </nav>
  );
}
