import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instant } from "../units.js";
import { type EnrolmentOffer, encodeOffer, parseOffer } from "./offer.js";

const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
const offers = fc.record({
  rootDigest: bytes(32),
  kioskKeyDigest: bytes(32),
  token: bytes(16),
  expiresAt: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => instant(seconds * 1_000)),
});
const OFFER: EnrolmentOffer = {
  rootDigest: new Uint8Array(32).fill(1),
  kioskKeyDigest: new Uint8Array(32).fill(2),
  token: new Uint8Array(16).fill(3),
  expiresAt: instant(1_800_000_000_000),
};

describe("an enrolment offer", () => {
  it("reads back from its text, which fits in a QR code", () => {
    fc.assert(
      fc.property(offers, (offer) => {
        const text = encodeOffer(offer);
        expect(parseOffer(`  ${text}\n`)).toEqual({ ok: true, offer });
        expect(text.length).toBeLessThanOrEqual(132);
      }),
    );
  });

  it("is refused when it is not exactly that text", () => {
    const text = encodeOffer(OFFER);
    const bad = [
      "",
      "WK1.",
      text.slice(4),
      `WK2.${text.slice(4)}`,
      `${text}A`,
      `${text}=`,
      text.slice(0, -1),
      text.replace("WK1.", "wk1."),
      `WK1.${"A".repeat(400)}`,
      text.replace(/.$/, "!"),
      `${text.slice(0, 20)} ${text.slice(20)}`,
    ];
    expect(bad.map((wrong) => parseOffer(wrong))).toEqual(bad.map(() => ({ ok: false, code: "offer-malformed" })));
  });

  it("is refused whatever text comes in its place", () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => !parseOffer(`WK1.${text}`).ok));
  });
});
