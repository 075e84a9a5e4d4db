import { describe, expect, it } from "vitest";
import { CredentialRequest } from "./site-api.js";

const request = { holderPublicKey: "AAAA", templateDigest: "A".repeat(43), transcript: "B".repeat(43) };

describe("what a kiosk asks a credential for", () => {
  it.each([[0], [73], [100], [undefined]])("may say a quality of %s", (quality) => {
    const asked = quality === undefined ? request : { ...request, quality };
    expect(CredentialRequest.parse(asked)).toEqual(asked);
  });

  it.each([
    ["a share", 0.73],
    ["more than 100", 101],
    ["less than nothing", -1],
    ["several numbers", [73, 80]],
    ["a text", "73"],
  ])("may not say a quality that is %s", (_, quality) => {
    expect(CredentialRequest.safeParse({ ...request, quality }).success).toBe(false);
  });
});
