import { inspect } from "node:util";
import { type VectorName, vectorNames } from "./face-vectors.js";
import { overwrite } from "./overwrite.js";

const version = 2;
const magic = [0x57, 0x54];
const headLength = 4;
const modelLength = 8;
/** Of each vector: its name's place (1), how many numbers (2, LE), its network (8). */
const vectorHeadLength = 3 + modelLength;
const fewestNumbers = 16;
const mostNumbers = 256;
const largest = 127;

/** The most bytes that a template has: "WT", version, number of vectors; then each vector with its head. */
export const mostTemplateBytes = headLength + vectorNames.length * (vectorHeadLength + mostNumbers);

/** One vector as it is stored: turned, and rounded so that its largest number is 127 or -127. */
export interface StoredVector {
  readonly model: Uint8Array;
  readonly numbers: Int8Array;
}

/** The half of a face template that the phone keeps; useless without the site's key. Prints as `[template]`. */
export class ProtectedTemplate {
  readonly #bytes: Uint8Array;

  /** Takes a copy of a sound layout; for callers of this workspace `parseTemplate` is the way in. */
  constructor(bytes: Uint8Array) {
    this.#bytes = Uint8Array.from(bytes);
  }

  /** A copy of the bytes; overwrite it after use. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes);
  }

  /** Fills the bytes with nought; the template is refused from then on. */
  overwrite(): void {
    overwrite(this.#bytes);
  }

  get erased(): boolean {
    return this.#bytes[0] === 0;
  }

  /** One vector, seen in place and not copied; undefined where the template has none of that name. */
  vector(name: VectorName): StoredVector | undefined {
    return walk(this.#bytes).find((each) => each.name === name);
  }

  toString(): string {
    return "[template]";
  }

  toJSON(): string {
    return "[template]";
  }

  [inspect.custom](): string {
    return "[template]";
  }
}

interface NamedVector extends StoredVector {
  readonly name: VectorName | undefined;
}

/** The vectors of a layout as far as they reach into the bytes. */
function walk(bytes: Uint8Array): readonly NamedVector[] {
  const vectors: NamedVector[] = [];
  for (let at = headLength; at + vectorHeadLength <= bytes.length; ) {
    const length = (bytes[at + 1] ?? 0) + (bytes[at + 2] ?? 0) * 256;
    const numbersAt = at + vectorHeadLength;
    if (numbersAt + length > bytes.length) break;
    vectors.push({
      name: vectorNames[(bytes[at] ?? 0) - 1],
      model: bytes.subarray(at + 3, numbersAt),
      numbers: new Int8Array(bytes.buffer, bytes.byteOffset + numbersAt, length),
    });
    at = numbersAt + length;
  }
  return vectors;
}

/** A turned vector and the network that made it. */
export interface TurnedVector {
  readonly numbers: Float64Array;
  readonly model: Uint8Array;
}

/** Rounds turned vectors to eight bits each and lays them out. None may be all nought. */
export function layOut(vectors: Readonly<Partial<Record<VectorName, TurnedVector>>>): ProtectedTemplate {
  const present = vectorNames.flatMap((name, index) => {
    const vector = vectors[name];
    return vector === undefined ? [] : [{ ...vector, place: index + 1 }];
  });
  const total = present.reduce((sum, { numbers }) => sum + vectorHeadLength + numbers.length, headLength);
  const bytes = new Uint8Array(total);
  bytes.set([...magic, version, present.length]);
  const view = new DataView(bytes.buffer);
  let at = headLength;
  for (const { place, numbers, model } of present) {
    view.setUint8(at, place);
    view.setUint16(at + 1, numbers.length, true);
    bytes.set(model.subarray(0, modelLength), at + 3);
    at += vectorHeadLength;
    const reach = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const value of numbers) view.setInt8(at++, Math.round((value / reach) * largest));
  }
  const template = new ProtectedTemplate(bytes);
  overwrite(bytes);
  return template;
}

export type ParsedTemplate =
  | { readonly outcome: "parsed"; readonly template: ProtectedTemplate }
  | { readonly outcome: "refused"; readonly reason: "template-malformed" | "template-version" };

/** Reads the bytes that a phone sent. Anything but the exact layout is refused; there is one layout of a set of vectors. */
export function parseTemplate(bytes: Uint8Array): ParsedTemplate {
  if (bytes[0] !== magic[0] || bytes[1] !== magic[1]) return { outcome: "refused", reason: "template-malformed" };
  if (bytes[2] !== version) return { outcome: "refused", reason: "template-version" };
  if (!isSound(bytes)) return { outcome: "refused", reason: "template-malformed" };
  return { outcome: "parsed", template: new ProtectedTemplate(bytes) };
}

function isSound(bytes: Uint8Array): boolean {
  if (bytes.length > mostTemplateBytes) return false;
  const vectors = walk(bytes);
  const length = vectors.reduce((sum, { numbers }) => sum + vectorHeadLength + numbers.length, headLength);
  const places = vectors.map(({ name }) => (name === undefined ? -1 : vectorNames.indexOf(name)));
  return (
    length === bytes.length &&
    bytes[3] === vectors.length &&
    places[0] === 0 &&
    places[1] === 1 &&
    places.every((place, index) => place >= index) &&
    places.length <= vectorNames.length &&
    vectors.every(({ numbers }) => isRounded(numbers))
  );
}

function isRounded(numbers: Int8Array): boolean {
  if (numbers.length < fewestNumbers || numbers.length > mostNumbers) return false;
  return numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0) === largest;
}
