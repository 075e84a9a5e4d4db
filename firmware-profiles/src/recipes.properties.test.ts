import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allHold, answersAs, bundledProfiles, channelsOn, type Frames, findBadge, reportFor } from "./index.js";

const { profiles } = await bundledProfiles();
const readers = profiles.filter((profile) => profile.kind === "badge-reader");
const relays = profiles.filter((profile) => profile.kind === "relay");
const RUNS = process.env["WARDKEY_CAMPAIGN"] === "1" ? 200_000 : 3_000;

const NAMES = ["input", "card", "info", "answer", "page-zero", "data-block", "local-version", "device"];
/** Often nearly right: zeros, a few bytes set, lengths that profiles look for. */
const frame = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc
    .record({ length: fc.constantFrom(0, 6, 7, 9, 16, 19, 64, 337), set: fc.array(fc.tuple(fc.nat(336), fc.nat(255))) })
    .map(({ length, set }) => {
      const bytes = new Uint8Array(length);
      for (const [at, value] of set) if (at < length) bytes[at] = value;
      return bytes;
    }),
);
const frames: fc.Arbitrary<Frames> = fc.dictionary(fc.constantFrom(...NAMES), frame);

describe("whatever a device answers", () => {
  it("a badge has 4 to 32 bytes and is weak, or there is none", () => {
    fc.assert(
      fc.property(fc.constantFrom(...readers), frames, (reader, answers) => {
        const found = findBadge(reader, answers);
        if (found.found !== "badge") return;
        expect(found.uid).toMatch(/^(?:[0-9a-f]{2}){4,32}$/);
        expect(found.kind).toBe("uid-only");
      }),
      { numRuns: RUNS },
    );
  });

  it("no profile throws", () => {
    fc.assert(
      fc.property(fc.constantFrom(...profiles), frames, (profile, answers) => {
        if ("open" in profile) allHold(profile.open.required, answers);
        if (profile.kind === "relay") channelsOn(profile, answers);
        if ("answers" in profile) answersAs(profile, answers);
      }),
      { numRuns: RUNS },
    );
  });
});

describe("whatever a relay is told", () => {
  it("a report has the length of its profile, and none exists for a channel that is not there", () => {
    fc.assert(
      fc.property(fc.constantFrom(...relays), fc.integer({ min: -3, max: 20 }), fc.boolean(), (relay, channel, on) => {
        const report = reportFor(relay, { channel, on, board: new Set(on ? [channel] : []) });
        if (channel < 1 || channel > relay.channels) expect(report).toBe(null);
        else expect(report?.bytes.length).toBe(relay.set.bytes.length / 2);
      }),
      { numRuns: RUNS },
    );
  });

  it("no two orders are the same report", () => {
    for (const relay of relays) {
      const orders = Array.from({ length: relay.channels }, (_, index) => index + 1).flatMap((channel) =>
        [true, false].map((on) => {
          const all = new Set(Array.from({ length: relay.channels }, (_, index) => index + 1));
          if (!on) all.delete(channel);
          return Buffer.from(reportFor(relay, { channel, on, board: on ? new Set([channel]) : all })?.bytes ?? []);
        }),
      );
      expect(new Set(orders.map((bytes) => bytes.toString("hex"))).size, relay.id).toBe(orders.length);
    }
  });
});
