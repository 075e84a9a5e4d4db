import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readIdentifier } from "./advertised-identifier.js";

const FLAGS = [0x02, 0x01, 0x06];
const UUID = Array.from({ length: 16 }, (_, index) => index + 1);

function read(...bytes: readonly number[]): number[] | undefined {
  const into = new Uint8Array(16);
  return readIdentifier(Uint8Array.from(bytes), into) ? [...into] : undefined;
}

describe("the identifier of an advertisement", () => {
  it("is its one 128-bit UUID, most significant byte first", () => {
    expect(read(...FLAGS, 17, 0x07, ...UUID)).toEqual([...UUID].reverse());
    expect(read(...FLAGS, 17, 0x06, ...UUID)).toEqual([...UUID].reverse());
  });

  it.each([
    ["nothing", []],
    ["flags alone", FLAGS],
    ["a 16-bit UUID", [...FLAGS, 3, 0x03, 0x0f, 0x18]],
    ["two 128-bit UUIDs", [...FLAGS, 33, 0x07, ...UUID, ...UUID]],
    ["a cut UUID", [...FLAGS, 17, 0x07, ...UUID.slice(0, 15)]],
    ["a structure without length", [0, 17, 0x07, ...UUID]],
  ])("is absent from %s", (_, bytes) => {
    expect(read(...bytes)).toBeUndefined();
  });

  it("is read from any bytes without a fault", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(typeof readIdentifier(bytes, new Uint8Array(16))).toBe("boolean");
      }),
    );
  });
});
