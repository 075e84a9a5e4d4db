import { ROLES, type Role } from "@wardkey/protocol/fleet";
import { createContext, type ReactNode, useContext } from "react";
import type { SignedIn } from "../api/answers.js";

export interface Me {
  readonly siteName: string;
  readonly me: SignedIn;
  /** Asks the site anew who is signed in. */
  readonly refresh: () => Promise<void>;
}

const MeContext = createContext<Me | null>(null);

export const reaches = (held: Role, needed: Role): boolean => ROLES.indexOf(held) >= ROLES.indexOf(needed);

export function MeProvider({ value, children }: { value: Me; children: ReactNode }): ReactNode {
  return <MeContext value={value}>{children}</MeContext>;
}

/** Who is signed in, and what their role reaches: what it does not reach is not offered (and refused by the site). */
export function useMe(): Me & { may: (needed: Role) => boolean } {
  const held = useContext(MeContext);
  if (held === null) throw new Error("no one is signed in above this page");
  return { ...held, may: (needed) => reaches(held.me.administrator.role, needed) };
}
