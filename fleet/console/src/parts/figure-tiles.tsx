import type { Tone } from "@wardkey/ui";
import type { LucideIcon } from "@wardkey/ui/icons";
import type { ReactNode } from "react";

export interface FigureTile {
  readonly icon: LucideIcon;
  readonly value: string;
  readonly label: string;
  /** The list behind the number; undefined where there is none, or the reader may not open it. */
  readonly href: string | undefined;
  readonly tone?: Tone;
  /** What it was, or what it is measured against. */
  readonly about?: string;
}

/** Numbers in a row; each opens the list behind it, where the reader may open that. */
export function FigureTiles({ label, tiles }: { label: string; tiles: readonly FigureTile[] }): ReactNode {
  return (
    <nav className="tiles" aria-label={label}>
      {tiles.map((tile) =>
        tile.href === undefined ? (
          <div key={tile.label} className="tile" data-tone={tile.tone ?? "neutral"}>
            <Inside tile={tile} />
          </div>
        ) : (
          <a key={tile.label} className="tile" href={tile.href} data-tone={tile.tone ?? "neutral"}>
            <Inside tile={tile} />
          </a>
        ),
      )}
    </nav>
  );
}

function Inside({ tile: { icon: Icon, value, label, about } }: { tile: FigureTile }): ReactNode {
  return (
    <>
      <Icon size={22} aria-hidden />
      <span className="tile-value wk-figures">{value}</span>
      <span className="tile-label">{label}</span>
      {about === undefined ? null : <span className="tile-about">{about}</span>}
    </>
  );
}
