import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressOf, addressOfOne, readSearch, writeSearch } from "./address.js";

describe("an address", () => {
  it("says what a view shows, and nothing that is empty", () => {
    expect(addressOf("/devices", { ward: "3B", search: "", from: 50 })).toBe("#/devices?ward=3B&from=50");
    expect(addressOf("/devices")).toBe("#/devices");
  });

  it("holds any name as one part of the path", () => {
    expect(addressOfOne("/devices", "a/b?c#d")).toBe("#/devices/a%2Fb%3Fc%23d");
  });

  it("gives back every text that was put in", () => {
    const texts = fc.dictionary(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(texts, (search) => {
        expect(readSearch(writeSearch(search))).toEqual({ ...search });
      }),
    );
  });
});
