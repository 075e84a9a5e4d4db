import type { ReactNode } from "react";
import { bytesOf } from "./judge-head.js";

/** A hash that somebody may compare by eye: in groups, hexadecimal where paper has it so. */
export function Fingerprint({ text, isHex = false }: { text: string; isHex?: boolean }): ReactNode {
  const shown = isHex ? hexOf(bytesOf(text)).toUpperCase().match(/.{4}/g)?.join(" ") : text;
  return <code className="digest">{shown}</code>;
}

export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
