import { after, days, hours, minutes } from "@wardkey/protocol";
import { encodeOffer, SIGNER_USAGE_OID } from "@wardkey/protocol/credential";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TapRequest } from "./testing/test-kiosk.js";
import { createTestSite, type TestSite } from "./testing/test-site.js";
import { openWard, type TestWard, walkUp } from "./testing/test-wallet.js";

/** Frames of a phone that says nothing of its owner: M1, and the one byte that ends a tap. */
function identityBytes(heard: readonly Buffer[]): number {
  const [, ...rest] = heard;
  const closing = rest.filter((frame) => frame.length === 4);
  return rest.reduce((sum, { length }) => sum + length, 0) - closing.reduce((sum, { length }) => sum + length, 0);
}

describe("a phone among strangers", () => {
  let ward: TestWard;
  let elsewhere: TestSite;
  beforeAll(async () => {
    ward = await openWard();
    await ward.enrol();
    elsewhere = await createTestSite("other-site", ward.clock.now());
  });
  afterAll(() => ward.close());

  const rogues: ReadonlyArray<{
    what: string;
    make(): Promise<Partial<TapRequest>>;
    kiosk: string | null;
    code: string;
  }> = [
    {
      what: "a root of its own under this site's name",
      async make() {
        const forged = await createTestSite("st-mary", ward.clock.now());
        return { reader: await forged.reader({ kiosk: "ward-3-desk" }), status: await forged.status("ward-3-desk") };
      },
      kiosk: null,
      code: "certificate-untrusted",
    },
    {
      what: "a certificate of another hospital",
      make: async () => ({ reader: await elsewhere.reader({ kiosk: "desk" }), status: await elsewhere.status("desk") }),
      kiosk: null,
      code: "certificate-untrusted",
    },
    {
      what: "a certificate for another use",
      make: async () => ({ reader: await ward.site.reader({ kiosk: "desk", usageOid: SIGNER_USAGE_OID }) }),
      kiosk: null,
      code: "certificate-usage",
    },
    {
      what: "a certificate that this site's root gave for another site",
      make: async () => ({ reader: await ward.site.reader({ kiosk: "desk", site: "other-site" }) }),
      kiosk: null,
      code: "certificate-site",
    },
    {
      what: "a certificate that has expired",
      make: async () => ({
        reader: await ward.site.reader({
          kiosk: "desk",
          notAfter: after(ward.clock.now(), hours(-1)),
          notBefore: after(ward.clock.now(), days(-30)),
        }),
      }),
      kiosk: null,
      code: "certificate-expired",
    },
    {
      what: "a key that is not the certificate's",
      async make() {
        const other = await ward.site.reader({ kiosk: "other" });
        return { reader: { ...ward.reader, sign: other.sign } };
      },
      kiosk: null,
      code: "reader-signature",
    },
    {
      what: "a status that has ended",
      make: async () => ({
        status: await ward.site.status("ward-3-desk", { notAfter: after(ward.clock.now(), hours(-1)) }),
      }),
      kiosk: "Ward 3 desk",
      code: "status-expired",
    },
    {
      what: "the status of another kiosk",
      make: async () => ({ status: await ward.site.status("ward-4-desk") }),
      kiosk: "Ward 3 desk",
      code: "status-kiosk",
    },
  ];
  for (const { what, make, kiosk, code } of rogues) {
    it(`gives no identity byte to ${what}`, async () => {
      // The same refusal of a stranger within a minute is one line.
      ward.clock.advance(minutes(2));
      await walkUp(ward);
      const { tap, record } = await ward.tapAndLeave(await make());
      expect({
        bytes: identityBytes(tap.heard),
        kiosk: record?.kiosk,
        outcome: record?.outcome,
        code: record?.code,
      }).toEqual({
        bytes: 0,
        kiosk,
        outcome: "refused",
        code,
      });
    });
  }

  it("counts identity bytes where an honest kiosk gets them, and tells it who was refused", async () => {
    await walkUp(ward);
    const { tap } = await ward.tapAndLeave();
    const face = tap.effects.find(({ type }) => type === "verify-face");
    expect(identityBytes(tap.heard)).toBeGreaterThan(900);
    expect(face?.type === "verify-face" && face.refusals.map(({ code }) => code)).toEqual(
      rogues.map(({ code }) => code).reverse(),
    );
    const again = await ward.tapAndLeave();
    const next = again.tap.effects.find(({ type }) => type === "verify-face");
    expect(next?.type === "verify-face" && next.refusals).toEqual([]);
  });

  it("refuses a kiosk that an honest one brought news of", async () => {
    const stolen = await ward.site.reader({ kiosk: "stolen", name: "Stolen desk" });
    const request = { reader: stolen, status: await ward.site.status("stolen") };
    expect((await ward.tapAndLeave(request)).record?.outcome).toBe("unlocked");
    const denyNotice = await ward.site.denyNotice(3, ["stolen"]);
    await ward.tapAndLeave({ denyNotice, status: await ward.site.status("ward-3-desk", { denyEpoch: 3 }) });
    const fresh = { reader: stolen, status: await ward.site.status("stolen", { denyEpoch: 3 }) };
    expect(
      [await ward.tapAndLeave(request), await ward.tapAndLeave(fresh)].map(({ tap, record }) => [
        identityBytes(tap.heard),
        record?.kiosk,
        record?.code,
      ]),
    ).toEqual([
      [0, "Stolen desk", "kiosk-denied"],
      [0, "Stolen desk", "kiosk-denied"],
    ]);
    const old = await ward.tapAndLeave({ status: await ward.site.status("ward-3-desk", { denyEpoch: 2 }) });
    expect([identityBytes(old.tap.heard), old.record?.code]).toEqual([0, "status-epoch"]);
  });

  it("enrols with no kiosk but the one whose code it was given", async () => {
    const impostor = await ward.site.reader({ kiosk: "impostor" });
    const cases: ReadonlyArray<{ change: Partial<TapRequest>; code: string }> = [
      { change: { reader: impostor, status: await ward.site.status("impostor") }, code: "offer-kiosk" },
      {
        change: {
          reader: await elsewhere.reader({ kiosk: "desk" }),
          site: elsewhere,
          status: await elsewhere.status("desk"),
        },
        code: "offer-root",
      },
    ];
    for (const { change, code } of cases) {
      const offer = ward.offer();
      ward.page.say({ type: "enrol", qr: encodeOffer(offer) });
      await ward.page.until(({ enrolment }) => enrolment?.step === "waiting");
      const tap = await ward.tap({ ...change, errand: { purpose: "enrol", offer } });
      const { enrolment } = await ward.page.until((view) => view.enrolment?.step === "failed");
      expect([enrolment, identityBytes(tap.heard)]).toEqual([{ step: "failed", code }, 0]);
      await tap.ended;
    }
    ward.page.say({ type: "enrol-cancel" });
    await ward.page.until(({ enrolment }) => enrolment === null);
  });

  const sinceTheNews = { denyEpoch: 3 };
  it("is unharmed by a kiosk that leaves at each of its frames", async () => {
    const status = await ward.site.status("ward-3-desk", sinceTheNews);
    await walkUp(ward);
    const { tap } = await ward.tapAndLeave({ status });
    const frames = tap.heard.filter(({ length }) => length > 24).length;
    const ends: unknown[] = [];
    for (let frame = 1; frame <= frames; frame += 1) {
      const left = await ward.tap({ status, leaveAfterFrames: frame });
      await left.ended;
      const { visibility } = await ward.page.until((view) => view.visibility.servedKiosk === null);
      ends.push(visibility.advertising);
    }
    expect(ends).toEqual(Array.from({ length: frames }, () => true));
    await walkUp(ward);
    expect((await ward.tapAndLeave({ status })).record?.outcome).toBe("unlocked");
  });

  it("stops at twenty releases an hour to one kiosk, and starts again when the hour has passed", async () => {
    const status = await ward.site.status("ward-3-desk", sinceTheNews);
    let last = await ward.tapAndLeave({ status });
    for (let taps = 0; taps < 20 && last.record?.outcome === "unlocked"; taps += 1)
      last = await ward.tapAndLeave({ status });
    expect([last.record?.code, identityBytes(last.tap.heard)]).toEqual(["quota-kiosk", 0]);
    ward.clock.advance(hours(1));
    await walkUp(ward);
    expect((await ward.tapAndLeave({ status })).record?.outcome).toBe("unlocked");
  });
});
