import type { ReactNode } from "react";

/** Announces a change of state once, politely. One for each page; `message` says only what changed in meaning, never a ticking clock. */
export function LiveRegion({ message }: { message: string }): ReactNode {
  return (
    <div role="status" aria-live="polite" aria-atomic="true" className="wk-hidden">
      {message}
    </div>
  );
}
