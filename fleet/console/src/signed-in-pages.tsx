import { RouterProvider } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { SignedIn } from "./api/answers.js";
import { MeProvider } from "./shell/me.js";
import { makeRouter } from "./shell/router.js";

export interface SignedInPagesProps {
  readonly siteName: string;
  readonly me: SignedIn;
  readonly refresh: () => Promise<void>;
}

/** Everything for who is signed in; each place has its own address. */
export function SignedInPages({ siteName, me, refresh }: SignedInPagesProps): ReactNode {
  const [router] = useState(() => makeRouter());
  return (
    <MeProvider value={{ siteName, me, refresh }}>
      <RouterProvider router={router} />
    </MeProvider>
  );
}
