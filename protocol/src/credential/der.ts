/** One DER element (X.690): its tag byte, its content, and the whole of it. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

export const DER = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  printable: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Context-specific tags: `[n]`, constructed or primitive. */
export const contextConstructed = (n: number): number => 0xa0 | n;
export const contextPrimitive = (n: number): number => 0x80 | n;

/**
 * The elements that fill `bytes` exactly; `undefined` when they do not, or when a length is not in its shortest form.
 * Tags above 30 never occur in the certificates profiled here and are refused.
 */
export function readElements(bytes: Uint8Array): DerElement[] | undefined {
  const elements: DerElement[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const element = readElement(bytes, offset);
    if (element === undefined) return undefined;
    elements.push(element);
    offset += element.whole.length;
  }
  return elements;
}

function readElement(bytes: Uint8Array, offset: number): DerElement | undefined {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  const length = readLength(bytes, offset + 1, first);
  if (length === undefined) return undefined;
  const end = length.start + length.value;
  if (end > bytes.length) return undefined;
  return { tag, content: bytes.subarray(length.start, end), whole: bytes.subarray(offset, end) };
}

function readLength(bytes: Uint8Array, at: number, first: number): { start: number; value: number } | undefined {
  if (first < 0x80) return { start: at + 1, value: first };
  const size = first & 0x7f;
  // Two bytes of length reach 64 KiB, more than any certificate here.
  if (size === 0 || size > 2) return undefined;
  let value = 0;
  for (let index = 1; index <= size; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    value = value * 256 + byte;
  }
  const shortest = size === 1 ? value >= 0x80 : value >= 0x100;
  return shortest ? { start: at + 1 + size, value } : undefined;
}

/** The elements inside a constructed element with the tag expected. */
export function inside(element: DerElement | undefined, tag: number): DerElement[] | undefined {
  return element?.tag === tag ? readElements(element.content) : undefined;
}

/** An object identifier in dotted form (X.690 8.19). */
export function oidText(element: DerElement | undefined): string | undefined {
  if (element?.tag !== DER.oid) return undefined;
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of element.content) {
    arc = arc * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(arc)) return undefined;
    if ((byte & 0x80) === 0) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [head, ...rest] = arcs;
  if (head === undefined) return undefined;
  const top = Math.min(2, Math.floor(head / 40));
  return [top, head - top * 40, ...rest].join(".");
}

/** RFC 5280 4.1.2.5: UTCTime before 2050, GeneralizedTime after, both to the second and in UTC. */
export function timeOf(element: DerElement | undefined): number | undefined {
  if (element === undefined) return undefined;
  const text = latin1(element.content);
  const full =
    element.tag === DER.utcTime && /^\d{12}Z$/.test(text)
      ? `${Number(text.slice(0, 2)) < 50 ? "20" : "19"}${text}`
      : text;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full);
  if (match === null || (element.tag !== DER.utcTime && element.tag !== DER.generalizedTime)) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** One character a byte. */
export const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
