import { inspect } from "node:util";
import { embeddingLength } from "../face/face-embedding.js";
import type { Branch } from "./keyed-transform.js";

const version = 1;
const magic = [0x57, 0x54];
const modelAt = 4;
const branchesAt = 12;
const branchLength = 4 + embeddingLength;

/** Bytes of a protected template: "WT", version, number of branches, model (8), then for each branch scale (float32, LE) and 192 int8. */
export const templateLength = branchesAt + 2 * branchLength;

/** One branch as it is stored: turned, of unit length, and rounded to eight bits. */
export interface StoredBranch {
  readonly scale: number;
  readonly numbers: Int8Array;
}

/** The half of a face template that the phone keeps; useless without the site's key. Prints as `[template]`. */
export class ProtectedTemplate {
  readonly #bytes: Uint8Array;

  /** Takes a copy; for callers of this workspace `parseTemplate` is the way in. */
  constructor(bytes: Uint8Array) {
    this.#bytes = Uint8Array.from(bytes);
  }

  /** A copy of the bytes; overwrite it after use. */
  toBytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  /** Fills the bytes with nought; the template is refused from then on. */
  overwrite(): void {
    this.#bytes.fill(0);
  }

  get erased(): boolean {
    return this.#bytes[0] === 0;
  }

  madeBy(model: Uint8Array): boolean {
    return model.every((byte, index) => byte === this.#bytes[modelAt + index]);
  }

  /** The numbers of one branch, seen in place and not copied. */
  branch(branch: Branch): StoredBranch {
    const at = branchesAt + (branch === "bare" ? 0 : branchLength);
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset);
    return { scale: view.getFloat32(at, true), numbers: new Int8Array(this.#bytes.buffer, at + 4, embeddingLength) };
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

/** Rounds two turned unit vectors to eight bits each and lays them out. */
export function layOut(branches: Readonly<Record<Branch, Float64Array>>, model: Uint8Array): ProtectedTemplate {
  const bytes = new Uint8Array(templateLength);
  bytes.set([...magic, version, 2]);
  bytes.set(model, modelAt);
  const view = new DataView(bytes.buffer);
  for (const [index, vector] of [branches.bare, branches.masked].entries()) {
    const at = branchesAt + index * branchLength;
    const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const scale = Math.fround(largest / 127);
    view.setFloat32(at, scale, true);
    for (let i = 0; i < embeddingLength; i++) {
      view.setInt8(at + 4 + i, scale > 0 ? Math.round((vector[i] ?? 0) / scale) : 0);
    }
  }
  const template = new ProtectedTemplate(bytes);
  bytes.fill(0);
  return template;
}

export type ParsedTemplate =
  | { readonly outcome: "parsed"; readonly template: ProtectedTemplate }
  | { readonly outcome: "refused"; readonly reason: "template-malformed" | "template-version" };

/** Reads the bytes that a phone sent. Anything but the exact layout is refused. */
export function parseTemplate(bytes: Uint8Array): ParsedTemplate {
  if (bytes[0] !== magic[0] || bytes[1] !== magic[1]) return { outcome: "refused", reason: "template-malformed" };
  if (bytes[2] !== version) return { outcome: "refused", reason: "template-version" };
  if (bytes.length !== templateLength || bytes[3] !== 2) return { outcome: "refused", reason: "template-malformed" };
  const template = new ProtectedTemplate(bytes);
  const sound = (["bare", "masked"] as const).every((branch) => {
    const { scale, numbers } = template.branch(branch);
    const norm = Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0)) * scale;
    return Number.isFinite(norm) && Math.abs(norm - 1) < 0.05;
  });
  if (sound) return { outcome: "parsed", template };
  template.overwrite();
  return { outcome: "refused", reason: "template-malformed" };
}
