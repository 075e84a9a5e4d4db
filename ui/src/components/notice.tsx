import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { TONE_ICON, type Tone } from "./tone.js";

export interface NoticeProps {
  readonly tone: Tone;
  readonly title?: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly icon?: LucideIcon;
}

/** One thing to know, in the page's flow. Announcing it is the live region's work, not the notice's. */
export function Notice({ tone, title, children, action, icon }: NoticeProps): ReactNode {
  const Shape = icon ?? TONE_ICON[tone];
  return (
    <div className="wk-notice" data-tone={tone}>
      <Shape size={24} aria-hidden />
      <div className="wk-notice-words">
        {title === undefined ? null : <p className="wk-notice-title">{title}</p>}
        {children}
      </div>
      {action}
    </div>
  );
}
