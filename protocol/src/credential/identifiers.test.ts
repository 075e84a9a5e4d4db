import { describe, expect, it } from "vitest";
import { instant } from "../units.js";
import {
  acceptedWindows,
  enrolmentIdentifier,
  identifierOf,
  identifierPrefix,
  identifierWindow,
  rotatingIdentifier,
  uuidOf,
  windowEnd,
  windowStart,
} from "./identifiers.js";

const eidKey = new Uint8Array(32).fill(0x11);
const AT = instant(Date.UTC(2026, 10, 22, 8, 7, 30));

describe("an identifier", () => {
  it("changes each quarter of an hour, with the site and with the key", () => {
    const window = identifierWindow(AT);
    const all = [
      rotatingIdentifier({ eidKey, site: "san-luca", window }),
      rotatingIdentifier({ eidKey, site: "san-luca", window: window + 1 }),
      rotatingIdentifier({ eidKey, site: "san-marco", window }),
      rotatingIdentifier({ eidKey: new Uint8Array(32), site: "san-luca", window }),
    ].map(uuidOf);
    expect(new Set(all).size).toBe(4);
    expect(all.every((uuid) => /^[0-9a-f]{32}$/.test(uuid))).toBe(true);
  });

  it("is HMAC-SHA-256 as openssl computes it", () => {
    // printf 'san-luca\0\0\0\0\0\0\0\0\1' | openssl dgst -sha256 -mac HMAC -macopt hexkey:1111…11
    expect(uuidOf(rotatingIdentifier({ eidKey, site: "san-luca", window: 1 }))).toBe(
      "4c33656dd594476e10da761c5f63fd5d",
    );
    // printf 'wardkey enrol' | openssl dgst -sha256 -mac HMAC -macopt hexkey:22222222222222222222222222222222
    expect(uuidOf(enrolmentIdentifier(new Uint8Array(16).fill(0x22)))).toBe("452ce6d39fedbf2c58d629fdf689abc7");
  });

  it("is accepted in its window and the ones beside it", () => {
    const window = identifierWindow(AT);
    expect(acceptedWindows(AT)).toEqual([window - 1, window, window + 1]);
    expect([windowStart(window), windowEnd(window)]).toEqual([
      Date.UTC(2026, 10, 22, 8, 0, 0),
      Date.UTC(2026, 10, 22, 8, 15, 0),
    ]);
  });

  it("is found again in a UUID as any stack writes it", () => {
    const identifier = rotatingIdentifier({ eidKey, site: "san-luca", window: 1 });
    const uuid = uuidOf(identifier);
    const dashed = uuid.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-").toUpperCase();
    expect(identifierOf(dashed)).toEqual(identifier);
    expect(["", "180d", `${uuid}0`, "zz".repeat(16)].map(identifierOf)).toEqual(Array(4).fill(undefined));
    expect(identifierPrefix(identifier)).toEqual(identifier.slice(0, 8));
  });
});
