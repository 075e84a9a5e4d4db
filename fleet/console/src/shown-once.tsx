import { TextField } from "@wardkey/ui";
import type { ReactNode } from "react";

/** A secret that the site tells this one time: to be copied, not to be changed. */
export function ShownOnce({ label, hint, secret }: { label: string; hint: string; secret: string }): ReactNode {
  return <TextField label={label} hint={hint} value={secret} onChange={() => undefined} autoFocus />;
}
