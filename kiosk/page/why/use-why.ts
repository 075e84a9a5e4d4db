import type { LockAccountView, ScreenView } from "@wardkey/protocol/screen";
import { useCallback, useState } from "react";

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
  return {
    shown: account !== null && account.id === asked ? account : null,
    open: useCallback(() => setAsked(account?.id ?? null), [account?.id]),
    close: useCallback(() => setAsked(null), []),
  };
}
