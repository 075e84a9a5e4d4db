import type { LockAccountView, ScreenView } from "@wardkey/protocol/screen";
import { useCallback, useEffect, useState } from "react";

export interface Why {
  /** The account that somebody looks at. */
  readonly shown: LockAccountView | null;
  readonly open: () => void;
  readonly close: () => void;
}

/** Whether somebody asked why it locked. It is over when the kiosk is no longer locked, or locked again for another reason. */
export function useWhy(view: ScreenView | null): Why {
  const [asked, setAsked] = useState<string | null>(null);
  const account = view?.session.state === "locked" ? (view.session.account ?? null) : null;
  const id = account?.id ?? null;
  useEffect(() => {
    if (id === null) setAsked(null);
  }, [id]);
  return {
    shown: account !== null && id === asked ? account : null,
    open: useCallback(() => setAsked(id), [id]),
    close: useCallback(() => setAsked(null), []),
  };
}
