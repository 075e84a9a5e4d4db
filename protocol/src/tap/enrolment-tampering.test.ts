import { beforeAll, describe, expect, it } from "vitest";
import { CLOSE_MESSAGE } from "./messages.js";
import { rehearse } from "./test-support/rehearse.js";
import { openRehearsalSite, type RehearsalSite } from "./test-support/site.js";
import { suspendBefore } from "./test-support/suspended.js";

let site: RehearsalSite;
beforeAll(async () => {
  site = await openRehearsalSite();
});

const withBit = (message: Uint8Array, bit: number): Uint8Array => {
  const changed = message.slice();
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
};
const bitsOf = (message: Uint8Array): number[] => Array.from({ length: message.length * 8 }, (_, bit) => bit);

/** Ends, tells nothing but that, shows no code and keeps nothing. */
const isRefusal = (effects: readonly { type: string }[]): boolean =>
  JSON.stringify(effects.map(({ type }) => type)) === JSON.stringify(["send", "finished", "close"]) &&
  JSON.stringify(effects[0]) === JSON.stringify({ type: "send", message: CLOSE_MESSAGE });

/** What may never be after a message that was changed on its way to an enrolment's other side. */
const harms = (played: ReturnType<typeof rehearse>): string[] =>
  [...played.phoneEffects, ...played.kioskEffects]
    .map(({ type }) => type)
    .filter((type) => ["show-code", "holder-key-proven", "enrolled", "established"].includes(type));

/** M1 reaches a kiosk that cannot know whether it was changed: the phone finds out from M2. */
describe("M1 of an enrolment", () => {
  it("shows both codes as it is, and none with any one of its bits changed", () => {
    const honest = rehearse({ site, purpose: "enrol" });
    expect(harms(honest)).toEqual(expect.arrayContaining(["show-code", "holder-key-proven", "enrolled"]));
    const [m1] = honest.sent;
    if (m1 === undefined) throw new Error("an enrolment begins with M1");
    const went = bitsOf(m1.message).filter((bit) => {
      const played = rehearse({
        site,
        purpose: "enrol",
        middle: (message, _from, index) => (index === 0 ? withBit(message, bit) : message),
      });
      return harms(played).length > 0 || played.phone.phase !== "ended";
    });
    expect(went).toEqual([]);
  });
});

describe.each([
  ["M2", 1],
  ["M3", 2],
  ["M4", 3],
])("%s of an enrolment", (_name, index) => {
  it("is accepted as it is, and refused with any one of its bits changed", () => {
    const { message, receive } = suspendBefore(site, index, "enrol");
    expect(isRefusal(receive(message))).toBe(false);
    expect(bitsOf(message).filter((bit) => !isRefusal(receive(withBit(message, bit))))).toEqual([]);
  });

  it("is refused when it is cut at any length, or goes on after its end", () => {
    const { message, receive } = suspendBefore(site, index, "enrol");
    const cuts = [...Array.from(message.keys(), (length) => message.slice(0, length)), Uint8Array.of(...message, 0)];
    expect(cuts.filter((cut) => !isRefusal(receive(cut)))).toEqual([]);
  });
});
