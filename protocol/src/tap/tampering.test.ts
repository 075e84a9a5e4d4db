import { beforeAll, describe, expect, it } from "vitest";
import { Assembler, fragment, payloadOf } from "./frames.js";
import { kioskTap } from "./kiosk.js";
import { CLOSE_MESSAGE, decodeAnswer, decodeHello, encodeAnswer, encodeHello } from "./messages.js";
import { phoneTap } from "./phone.js";
import { type Middle, type Played, rehearse } from "./test-support/rehearse.js";
import { NOW, openRehearsalSite, type RehearsalSite } from "./test-support/site.js";
import { suspendBefore } from "./test-support/suspended.js";

let site: RehearsalSite;
let honest: Played;
beforeAll(async () => {
  site = await openRehearsalSite();
  honest = rehearse({ site, purpose: "unlock" });
});

const flip = (message: Uint8Array, at: number): Uint8Array => {
  const copy = message.slice();
  copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
  return copy;
};
const withBit = (message: Uint8Array, bit: number): Uint8Array => {
  const changed = message.slice();
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
};
const replacing =
  (index: number, change: (message: Uint8Array) => Uint8Array): Middle =>
  (message, _from, at) =>
    at === index ? change(message) : message;

/** How far a tap went that met `change` in its message `index`: what the honest sides did after it. */
function outcomeOf(index: number, change: (message: Uint8Array) => Uint8Array) {
  const played = rehearse({ site, purpose: "unlock", middle: replacing(index, change) });
  return {
    asked: played.phoneEffects.some((effect) => effect.type === "ask-consent"),
    shown: played.kioskEffects.some((effect) => effect.type === "verify-face"),
    kept: played.phoneEffects.some((effect) => effect.type === "store-receipt" || effect.type === "established"),
    phone: played.phone.phase,
  };
}

/** How far it may go at most: whatever came before the changed message. The phone always gives up. */
const furthest = [
  { asked: false, shown: false, kept: false, phone: "ended" },
  { asked: false, shown: false, kept: false, phone: "ended" },
  { asked: true, shown: false, kept: false, phone: "ended" },
  { asked: true, shown: true, kept: false, phone: "ended" },
] as const;

const sentIn = (played: Played, index: number): Uint8Array => played.sent[index]?.message ?? new Uint8Array(0);

/** Ends, tells nothing but that, and keeps nothing. */
const isRefusal = (effects: readonly { type: string }[]): boolean =>
  JSON.stringify(effects.map(({ type }) => type)) === JSON.stringify(["send", "finished", "close"]) &&
  JSON.stringify(effects[0]) === JSON.stringify({ type: "send", message: CLOSE_MESSAGE });
const cutsOf = (message: Uint8Array): Uint8Array[] => [
  ...Array.from(message.keys(), (length) => message.slice(0, length)),
  Uint8Array.of(...message, 0),
];

/** M1 reaches a kiosk that cannot know whether it was changed: the phone finds out from M2. */
describe("M1", () => {
  it("is refused with any one of its bits changed", () => {
    const accepted = Array.from({ length: sentIn(honest, 0).length * 8 }, (_, bit) => bit).filter((bit) => {
      const outcome = outcomeOf(0, (message) => withBit(message, bit));
      return JSON.stringify(outcome) !== JSON.stringify(furthest[0]);
    });
    expect(accepted).toEqual([]);
  });

  it("is refused when it is cut at any length, or goes on after its end", () => {
    const { message, receive } = suspendBefore(site, 0);
    expect(cutsOf(message).filter((cut) => !isRefusal(receive(cut)))).toEqual([]);
  });
});

describe.each([
  ["M2", 1],
  ["M3", 2],
  ["M4", 3],
])("%s", (_name, index) => {
  it("is accepted as it is, and refused with any one of its bits changed", () => {
    const { message, receive } = suspendBefore(site, index);
    expect(isRefusal(receive(message))).toBe(false);
    const accepted = Array.from({ length: message.length * 8 }, (_, bit) => bit).filter((bit) => {
      return !isRefusal(receive(withBit(message, bit)));
    });
    expect(accepted).toEqual([]);
  });

  it("is refused when it is cut at any length, or goes on after its end", () => {
    const { message, receive } = suspendBefore(site, index);
    expect(cutsOf(message).filter((cut) => !isRefusal(receive(cut)))).toEqual([]);
  });
});

describe.each([
  ["M1", 0],
  ["M2", 1],
  ["M3", 2],
  ["M4", 3],
])("%s in frames of the smallest MTU", (_name, index) => {
  it("does not come through with any one of their bytes changed", () => {
    const message = sentIn(honest, index);
    const frames = fragment(message, payloadOf(23));
    let survived = 0;
    frames.forEach((frame, which) => {
      frame.forEach((_, at) => {
        const assembler = new Assembler();
        for (const [order, original] of frames.entries()) {
          const result = assembler.push(order === which ? flip(original, at) : original, 0);
          if (result.kind === "message" && Buffer.compare(result.message, message) === 0) survived += 1;
        }
      });
    });
    expect(survived).toBe(0);
  });
});

describe("a recorded handshake", () => {
  const allOf = (): Uint8Array[] => {
    const old = rehearse({ site, purpose: "unlock", seed: "an hour ago" });
    const phone = old.phoneEffects.find((effect) => effect.type === "established");
    const heartbeat = phone?.heartbeat.seal({ moved: false }) ?? new Uint8Array(0);
    return [...old.sent.map(({ message }) => message), heartbeat];
  };

  it("is accepted in no place of a new one, message by message", () => {
    const accepted: string[] = [];
    allOf().forEach((recorded, which) => {
      for (const index of [0, 1, 2, 3]) {
        const outcome = outcomeOf(index, () => recorded);
        if (JSON.stringify(outcome) !== JSON.stringify(furthest[index])) accepted.push(`old ${which} for ${index}`);
      }
    });
    expect(accepted).toEqual([]);
  });

  it("is not accepted when all that its phone said is played again", () => {
    const recorded = allOf();
    const played = rehearse({
      site,
      purpose: "unlock",
      middle: (message, from, index) => (from === "phone" ? (recorded[index] ?? null) : message),
    });
    expect(played.kioskEffects.filter((effect) => effect.type === "verify-face")).toEqual([]);
  });

  it("does not pass at another time of day, under another identifier or for another window", () => {
    const identifier = site.identifier.slice().reverse();
    for (const kiosk of [{ identifier }, { window: 1 }]) {
      const played = rehearse({ site, purpose: "unlock", kiosk });
      expect(played.phoneEffects.find((effect) => effect.type === "finished")?.code).toBe("message-unauthentic");
    }
  });

  it("ends the new one when one of its own messages comes a second time", () => {
    const at = { now: NOW, monotonic: 1_000 };
    const asked = rehearse({ site, purpose: "unlock", onConsent: () => null });
    const again = phoneTap(asked.phone, { type: "received", message: sentIn(asked, 1) }, at);
    expect(again.effects[1]).toMatchObject({ type: "finished", outcome: "refused", code: "message-unexpected" });
    const shown = rehearse({ site, purpose: "unlock", onFace: () => null });
    const twice = kioskTap(shown.kiosk, { type: "received", message: sentIn(shown, 2) }, at);
    expect(twice.effects[1]).toMatchObject({ type: "finished", outcome: "refused", code: "message-unexpected" });
  });
});

describe("negotiation", () => {
  const withVersions = (versions: readonly number[]) => (message: Uint8Array) => {
    const hello = decodeHello(message);
    if (hello === undefined) throw new Error("not a hello");
    return encodeHello({ ...hello, versions });
  };

  it("aborts when the versions that a phone offered are changed on their way", () => {
    const played = rehearse({ site, purpose: "unlock", middle: replacing(0, withVersions([1, 2])) });
    expect(played.sent.at(-1)).toEqual({ from: "phone", message: CLOSE_MESSAGE });
    expect(played.phoneEffects.at(-2)).toMatchObject({ outcome: "refused", code: "message-unauthentic", reader: null });
  });

  it("ends when there is no version in common", () => {
    const played = rehearse({ site, purpose: "unlock", middle: replacing(0, withVersions([2, 3])) });
    expect(played.kioskEffects.find((effect) => effect.type === "finished")?.code).toBe("version-unsupported");
    expect(played.phoneEffects.at(-2)).toMatchObject({ outcome: "broken-off", code: "peer-closed" });
  });
});

describe("an ephemeral key", () => {
  // x = 0 and y = 0 do not solve the curve's equation.
  const offCurve = Uint8Array.of(4, ...new Uint8Array(64));

  it("that is not on the curve is refused by a kiosk", () => {
    const change = (message: Uint8Array): Uint8Array => {
      const hello = decodeHello(message);
      return hello === undefined ? message : encodeHello({ ...hello, ephemeralKey: offCurve });
    };
    const played = rehearse({ site, purpose: "unlock", middle: replacing(0, change) });
    expect(played.kioskEffects.find((effect) => effect.type === "finished")?.code).toBe("key-malformed");
  });

  it("that is not on the curve is refused by a phone", () => {
    const change = (message: Uint8Array): Uint8Array => {
      const answer = decodeAnswer(message);
      return answer === undefined ? message : encodeAnswer({ ...answer, ephemeralKey: offCurve });
    };
    const played = rehearse({ site, purpose: "unlock", middle: replacing(1, change) });
    expect(played.phoneEffects.find((effect) => effect.type === "finished")?.code).toBe("key-malformed");
  });
});
