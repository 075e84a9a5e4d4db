import { encode } from "cborg";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeStrict, encodeStrict } from "./cbor.js";

const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, "hex"));

describe("strict CBOR", () => {
  it("reads back what it writes, in the one spelling that there is", () => {
    const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.uint8Array());
    const values = fc.oneof(leaf, fc.array(fc.oneof(leaf, fc.array(leaf))));
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encodeStrict(value);
        expect(decodeStrict(bytes)).toEqual(value);
        expect(encodeStrict(decodeStrict(bytes))).toEqual(bytes);
      }),
    );
  });

  it("sorts the keys of a map by their bytes (RFC 8949 4.2.1)", () => {
    const map = new Map<number, number>([
      [-1, 1],
      [100, 2],
      [10, 3],
    ]);
    expect(Buffer.from(encodeStrict(map)).toString("hex")).toBe("a30a031864022001");
  });

  const refused: readonly [string, string][] = [
    ["nothing", ""],
    ["a byte after the end", "0100"],
    ["an integer longer than it need be", "1801"],
    ["a length longer than it need be", "580101"],
    ["an indefinite array", "9fff"],
    ["an indefinite byte string", "5f4101ff"],
    ["a map out of order", "a20a020001"],
    ["a key twice", "a200010002"],
    ["a float where an integer serves", "f93c00"],
    ["not-a-number", "f97e00"],
    ["undefined", "f7"],
    ["a tag that is not expected", "c100"],
    ["a string that is not UTF-8", "61ff"],
    ["a string cut short", "6261"],
    ["an integer beyond what a number holds", "1bffffffffffffffff"],
  ];
  it.each(refused)("refuses %s", (_name, digits) => {
    expect(decodeStrict(hex(digits))).toBeUndefined();
  });

  it("refuses a nest that is deeper than any stack", () => {
    expect(decodeStrict(new Uint8Array(100_000).fill(0x81))).toBeUndefined();
  });

  it("never gives a view of its input, which may be overwritten", () => {
    const input = Buffer.from(encode([Uint8Array.of(1, 2, 3)]));
    const value = decodeStrict(input);
    input.fill(0);
    expect(value).toEqual([Uint8Array.of(1, 2, 3)]);
  });
});
