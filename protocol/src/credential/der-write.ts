import { DER } from "./der.js";

/** Writers of DER (X.690). What they are given is the writer's own, so that they check nothing. */

export type Der = Uint8Array;

export function element(tag: number, ...parts: readonly Uint8Array[]): Der {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const header = [tag, ...lengthOf(size)];
  const whole = new Uint8Array(header.length + size);
  whole.set(header);
  let at = header.length;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const sequence = (...parts: readonly Uint8Array[]): Der => element(DER.sequence, ...parts);
export const set = (...parts: readonly Uint8Array[]): Der => element(DER.set, ...parts);
export const octetString = (...parts: readonly Uint8Array[]): Der => element(DER.octetString, ...parts);
export const utf8String = (text: string): Der => element(DER.utf8, new TextEncoder().encode(text));
export const truth = (): Der => element(DER.boolean, Uint8Array.of(0xff));
/** A bit string of whole bytes, or one whose last `unused` bits do not count. */
export const bitString = (bytes: Uint8Array, unused = 0): Der => element(DER.bitString, Uint8Array.of(unused), bytes);
/** `[n]` around other elements, or in place of a primitive's own tag. */
export const tagged = (n: number, ...parts: readonly Uint8Array[]): Der => element(0xa0 | n, ...parts);
export const taggedPrimitive = (n: number, bytes: Uint8Array): Der => element(0x80 | n, bytes);

/** A positive integer from its big-endian bytes. */
export function integer(bytes: Uint8Array): Der {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first);
  return (digits[0] ?? 0) & 0x80 ? element(DER.integer, Uint8Array.of(0), digits) : element(DER.integer, digits);
}

export function smallInteger(value: number): Der {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return integer(Uint8Array.from(bytes));
}

export function oid(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return element(DER.oid, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** RFC 5280 4.1.2.5: UTCTime until 2049, GeneralizedTime after. */
export function time(at: number): Der {
  const digits = new Date(at).toISOString().replace(/\.\d+|[-:T]/g, "");
  const year = Number(digits.slice(0, 4));
  const utc = year >= 1950 && year < 2050;
  return element(utc ? DER.utcTime : DER.generalizedTime, new TextEncoder().encode(utc ? digits.slice(2) : digits));
}

function lengthOf(size: number): number[] {
  if (size < 0x80) return [size];
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

function base128(arc: number): number[] {
  const bytes = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest % 128) | 0x80);
  return bytes;
}
