import type { ReactNode } from "react";

/** A hash as the command and the tickets write it, so that somebody may compare it by eye. */
export function Fingerprint({ text }: { text: string }): ReactNode {
  return <code className="digest">{text}</code>;
}

export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
