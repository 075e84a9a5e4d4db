import { decode, encode, rfc8949EncodeOptions } from "cborg";
import { z } from "zod";
import { sameBytes } from "./same-bytes.js";

export { sameBytes } from "./same-bytes.js";

/** RFC 8949 4.2.1: deterministic encoding. Maps with integer keys are given as `Map`. */
export function encodeStrict(value: unknown): Uint8Array {
  return encode(value, rfc8949EncodeOptions);
}

/**
 * Decodes exactly one deterministic CBOR item; `undefined` for everything else. What re-encodes to other bytes is
 * refused, so that one meaning has one spelling and a hash over bytes is a hash over meaning.
 */
export function decodeStrict(bytes: Uint8Array): unknown {
  try {
    // cborg slices its input: a Buffer's slice would be a view, and overwriting one would spoil the other.
    const value: unknown = decode(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), {
      strict: true,
      useMaps: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
    });
    return sameBytes(encodeStrict(value), bytes) ? value : undefined;
  } catch {
    // Malformed, too deep for the stack, or of a kind that has no deterministic form: all the same to a reader.
    return undefined;
  }
}

/** A byte string of exactly `size` bytes. */
export const exactBytes = (size: number) => z.instanceof(Uint8Array).refine((bytes) => bytes.length === size);
/** A byte string of 1 to `size` bytes. */
export const boundedBytes = (size: number) =>
  z.instanceof(Uint8Array).refine((bytes) => bytes.length > 0 && bytes.length <= size);
/** An unsigned integer that survives as a JavaScript number. */
export const unsigned = z.int().nonnegative();

/** Field names of an object and the integer keys that stand for them on the wire (as in CWT, RFC 8392). */
export type IntegerKeys<T> = { readonly [Field in keyof T]: number };

/** The wire map of `value`: every field under its integer key. */
export function toIntegerMap<T extends object>(value: T, keys: IntegerKeys<T>): Map<number, unknown> {
  const map = new Map<number, unknown>();
  for (const field of Object.keys(keys) as (keyof T)[]) map.set(keys[field], value[field]);
  return map;
}

/** The object of a wire map, before its values are checked; `undefined` when a key is missing or unknown. */
export function fromIntegerMap<T>(value: unknown, keys: IntegerKeys<T>): Record<string, unknown> | undefined {
  if (!(value instanceof Map)) return undefined;
  const fields = Object.entries<number>(keys);
  if (value.size !== fields.length) return undefined;
  const object: Record<string, unknown> = {};
  for (const [field, key] of fields) {
    if (!value.has(key)) return undefined;
    object[field] = value.get(key);
  }
  return object;
}
