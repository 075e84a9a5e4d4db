import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { TONE_ICON, type Tone } from "./tone.js";

export interface StatusDotProps {
  readonly tone: Tone;
  /** The state in a word: "working", "expired". */
  readonly word: string;
  /** What it is about: "Camera". */
  readonly about?: string;
  /** Another shape than the tone's own. */
  readonly icon?: LucideIcon;
  /** On a soft ground of its own. */
  readonly chip?: boolean;
  /** The word is only read out, the shape says it: for a row of states that are all well. */
  readonly quiet?: boolean;
}

/** A state as shape, colour and word together. */
export function StatusDot({ tone, word, about, icon, chip = false, quiet = false }: StatusDotProps): ReactNode {
  const Shape = icon ?? TONE_ICON[tone];
  return (
    <span className="wk-status" data-tone={tone} {...(chip ? { "data-chip": true } : {})}>
      <Shape size={18} strokeWidth={2.25} aria-hidden />
      {about === undefined ? null : <span className="wk-status-about">{about}</span>}
      <span {...(quiet ? { className: "wk-hidden" } : {})}>{word}</span>
    </span>
  );
}
