import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeStrict, encodeStrict } from "../credential/cbor.js";
import { instant } from "../units.js";
import {
  decodeApplication,
  decodeConclusion,
  decodeIntroduction,
  decodeRelease,
  encodeApplication,
  encodeBody,
  encodeConclusion,
  encodeIntroduction,
  encodeRelease,
} from "./bodies.js";
import {
  decodeAnswer,
  decodeHeartbeat,
  decodeHello,
  decodeM3,
  decodeM4,
  encodeAnswer,
  encodeHeartbeat,
  encodeHello,
  encodeM3,
  encodeM4,
} from "./messages.js";

const bytes = (min: number, max = min) => fc.uint8Array({ minLength: min, maxLength: max });
const SIGNATURE = new Uint8Array(64).fill(5);
const id = fc.stringMatching(/^[a-z0-9-]{1,63}$/);
const wholeSeconds = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => instant(seconds * 1_000));

describe("a message", () => {
  it("of each kind reads back as it was written", () => {
    const hello = fc.record({
      versions: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
      ephemeralKey: bytes(65),
      commitment: bytes(32),
    });
    fc.assert(fc.property(hello, (value) => void expect(decodeHello(encodeHello(value))).toEqual(value)));
    const answer = fc.record({ version: fc.integer({ min: 1 }), ephemeralKey: bytes(65), sealed: bytes(1, 3_000) });
    fc.assert(fc.property(answer, (value) => void expect(decodeAnswer(encodeAnswer(value))).toEqual(value)));
    fc.assert(
      fc.property(bytes(1, 3_000), fc.integer({ min: 1, max: 0xffff_ffff }), bytes(17), (sealed, counter, beat) => {
        expect(decodeM3(encodeM3(sealed))).toEqual(sealed);
        expect(decodeM4(encodeM4(sealed))).toEqual(sealed);
        expect(decodeHeartbeat(encodeHeartbeat(counter, beat))).toEqual({ counter, sealed: beat });
      }),
    );
  });

  it("of one kind passes for no other", () => {
    const sealed = new Uint8Array(40);
    const all = [
      encodeHello({ versions: [1], ephemeralKey: new Uint8Array(65), commitment: new Uint8Array(32) }),
      encodeAnswer({ version: 1, ephemeralKey: new Uint8Array(65), sealed }),
      encodeM3(sealed),
      encodeM4(sealed),
      encodeHeartbeat(1, new Uint8Array(17)),
    ];
    const readers = [decodeHello, decodeAnswer, decodeM3, decodeM4, decodeHeartbeat];
    const read = all.map((message) => readers.map((reader) => reader(message) !== undefined));
    expect(read).toEqual(all.map((_, row) => readers.map((__, column) => row === column)));
  });

  it("with a field too long, too many or of another type is refused", () => {
    const key = new Uint8Array(65);
    const sealed = new Uint8Array(13_000);
    const wrong = [
      [1, [], key, new Uint8Array(32)],
      [1, [1, 2, 3, 4, 5, 6, 7, 8, 9], key, new Uint8Array(32)],
      [1, [0], key, new Uint8Array(32)],
      [1, ["1"], key, new Uint8Array(32)],
      [1, [1], new Uint8Array(33), new Uint8Array(32)],
      [1, [1], key, new Uint8Array(31)],
      [1, [1], key, new Uint8Array(32), null],
    ];
    expect(wrong.map((wire) => decodeHello(encodeStrict(wire)))).toEqual(wrong.map(() => undefined));
    expect(decodeM3(encodeStrict([3, sealed]))).toBeUndefined();
    expect(decodeHeartbeat(encodeStrict([5, 0, new Uint8Array(17)]))).toBeUndefined();
    expect(decodeHeartbeat(encodeStrict([5, 2 ** 32, new Uint8Array(17)]))).toBeUndefined();
  });
});

describe("what is sealed in a message", () => {
  it("has one spelling for a kiosk that takes any consent", () => {
    const fields = { chain: [new Uint8Array(9)], status: new Uint8Array(9), purpose: "unlock", root: null } as const;
    const introduced = encodeIntroduction({ ...fields, policyVersion: 1, leastConsent: "A" });
    const items = decodeStrict(introduced) as unknown[];
    expect(items).toHaveLength(5);
    const read = (wire: readonly unknown[]) => decodeIntroduction(encodeBody(encodeStrict(wire), SIGNATURE));
    expect(read([...items, "B"])?.fields.leastConsent).toBe("B");
    for (const more of [["A"], ["D"], [null], ["B", "C"]]) expect(read([...items, ...more])).toBeUndefined();
  });

  it("reads back as it was written", () => {
    const introduction = fc.record({
      chain: fc.array(bytes(1, 600), { minLength: 1, maxLength: 4 }),
      status: bytes(1, 600),
      purpose: fc.constantFrom("unlock" as const, "enrol" as const),
      policyVersion: fc.nat(),
      root: fc.option(bytes(1, 600)),
      leastConsent: fc.constantFrom("A" as const, "B" as const, "C" as const),
    });
    fc.assert(
      fc.property(introduction, (fields) => {
        const covered = encodeIntroduction(fields);
        const body = decodeIntroduction(encodeBody(covered, SIGNATURE));
        expect(body).toEqual({ fields, covered, signature: SIGNATURE });
      }),
    );
    const application = fc.record({ nonce: bytes(32), holderKey: bytes(91), tokenProof: bytes(32) });
    fc.assert(
      fc.property(application, (fields) => {
        expect(decodeApplication(encodeBody(encodeApplication(fields), SIGNATURE))?.fields).toEqual(fields);
      }),
    );
    const issued = fc.record({ credential: bytes(1, 900), template: bytes(1, 1_024), eidKey: bytes(32) });
    const conclusion = fc.record({
      receipt: bytes(1, 900),
      denyNotice: fc.option(bytes(1, 900)),
      issued: fc.option(issued),
    });
    fc.assert(fc.property(conclusion, (of) => void expect(decodeConclusion(encodeConclusion(of))).toEqual(of)));
  });

  it("tells the newest eight of what a phone refused", () => {
    const refusal = fc.record({ kiosk: fc.option(id), code: fc.constant("certificate-untrusted"), at: wholeSeconds });
    fc.assert(
      fc.property(fc.array(refusal, { maxLength: 20 }), (refusals) => {
        const release = {
          nonce: new Uint8Array(32),
          credential: Uint8Array.of(1),
          template: Uint8Array.of(2),
          consent: "A" as const,
          refusals,
        };
        const read = decodeRelease(encodeBody(encodeRelease(release), SIGNATURE))?.fields.refusals ?? [];
        const newest = refusals.map(({ at }) => at).sort((a, b) => b - a);
        expect(read.map(({ at }) => at)).toEqual(newest.slice(0, 8));
        for (const told of read) expect(refusals).toContainEqual(told);
      }),
    );
  });

  it("is refused whatever else is in its place", () => {
    fc.assert(
      fc.property(bytes(0, 200), (garbage) => {
        const readers = [decodeIntroduction, decodeRelease, decodeApplication];
        expect(readers.map((read) => read(encodeBody(garbage, SIGNATURE)))).toEqual(readers.map(() => undefined));
        expect([...readers, decodeConclusion].map((read) => read(garbage))).toEqual(Array(4).fill(undefined));
      }),
    );
  });

  it("holds no template of more than 1 KiB and no ninth refusal", () => {
    const sound: unknown[] = ["unlock", new Uint8Array(32), Uint8Array.of(1), new Uint8Array(1_024), "A", []];
    const bent = [
      sound.with(3, new Uint8Array(1_025)),
      sound.with(3, new Uint8Array(0)),
      sound.with(4, "D"),
      sound.with(5, Array(9).fill([null, "code", 1])),
      sound.with(5, [["Not An Id", "code", 1]]),
      sound.with(5, [[null, "Not a code", 1]]),
    ];
    const read = (wire: unknown[]) => decodeRelease(encodeBody(encodeStrict(wire), SIGNATURE));
    expect(read(sound)?.fields.template).toHaveLength(1_024);
    expect(bent.map(read)).toEqual(bent.map(() => undefined));
  });
});
