import { z } from "zod";

/** Bytes as they stand in a profile: lower-case hexadecimal. */
export const Hex = z.string().regex(/^(?:[0-9a-f]{2}){0,600}$/);
export const Byte = z.string().regex(/^[0-9a-f]{2}$/);

export const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** What a device answered, by the names that a profile gives to its answers. */
export type Frames = Readonly<Record<string, Uint8Array>>;
