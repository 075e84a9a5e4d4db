import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { proposalDigest } from "./approvals.js";
import { canonicalJson } from "./canonical.js";

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffled(member)]),
  );
}

describe("one form of JSON", () => {
  it("reads back as the same value, whatever the order of its keys was", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(shuffled(value))).toBe(text);
      }),
    );
  });

  it("refuses what JSON cannot carry", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, 1n, () => 1]) {
      expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: "canonical-refused" }));
    }
  });
});

describe("a proposal's digest", () => {
  const proposal = { kind: "device.wipe", args: { device: "bed-7" }, nonce: "n", proposer: "anna", needs: 2 };

  it("differs when anything of it differs", () => {
    fc.assert(
      fc.property(fc.constantFrom("kind", "nonce", "proposer", "args"), fc.string({ minLength: 1 }), (key, text) => {
        const changed = { ...proposal, [key]: key === "args" ? { device: text } : text };
        fc.pre(canonicalJson(changed) !== canonicalJson(proposal));
        expect(proposalDigest(changed)).not.toBe(proposalDigest(proposal));
      }),
    );
  });

  it("is the same in every version: what was signed yesterday is judged tomorrow", () => {
    expect(proposalDigest(proposal)).toBe("_PAyQXb2GcEfnROKy0WUbeTACXa5rSJBpfm5Deqxl7Q");
  });
});
