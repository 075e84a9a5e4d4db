import { parseOffer, sha256 } from "@wardkey/protocol/credential";
import { beforeEach, describe, expect, it } from "vitest";
import { asked, EnrolmentRoom, grant, rootCertificate, transcript } from "../testing/enrolment-room.js";
import { granted } from "../testing/simulated-site.js";
import { settle } from "../testing/simulated-time.js";

let room: EnrolmentRoom;

beforeEach(() => {
  room = new EnrolmentRoom();
});

describe("a supervised enrolment", () => {
  it("goes from the offer over the six digits to a phone that holds everything, and a kiosk that holds nothing", async () => {
    await room.toCodes();
    expect(room.enrolment.view).toEqual({ step: "compare-code", code: "123456", name: "Anna R." });
    expect(room.enrolment.codes(true)).toEqual({ ok: true });
    await settle();
    expect(room.enrolment.view).toEqual({ step: "done", name: "Anna R." });
    expect(room.views.map((view) => view?.step)).toEqual([
      "offer",
      "compare-code",
      "capture",
      "capture",
      "finishing",
      "done",
    ]);
    expect(room.phone.given).toEqual({ credential: "010203", template: "5a".repeat(64), eidKey: "03".repeat(32) });
    expect(room.phone.closed).toBe(true);
    expect(() => room.template.copy()).toThrow(expect.objectContaining({ code: "template-erased" }));
    expect(room.turns).toEqual(["began", "refresh", "ended"]);
    expect(room.journal.map((event) => event.kind)).toEqual(["enrol.begun", "enrol.codes-compared", "enrol.completed"]);
    await room.time.advance(6_000);
    expect(room.enrolment.view).toBeNull();
  });

  it("passes on who gets another credential, why, and who else supervises", async () => {
    const renewal = { ...asked, staffId: "staff-7", purpose: "replacement", secondOperatorCode: "2-abcd" } as const;
    room.grantAnswer = granted({ ...grant, epoch: 2 });
    expect(await room.enrolment.begin({ ...renewal, consent: "v2" })).toEqual({ ok: true });
    expect(room.siteAsked).toEqual([{ ...renewal, consent: "v2" }]);
    await settle();
    room.enrolment.codes(true);
    await settle();
    expect(room.journal.at(-1)).toMatchObject({ kind: "enrol.completed", body: { staffId: "staff-7", epoch: 2 } });
  });

  it("sends the site a digest, a public key and how good the views were, and no byte of the template", async () => {
    await room.toCodes();
    const digest = Buffer.from(room.template.digest()).toString("base64url");
    room.enrolment.codes(true);
    await settle();
    expect(room.siteSaw).toEqual([
      {
        holderPublicKey: Buffer.from(room.phone.holderPublicKey).toString("base64url"),
        templateDigest: digest,
        transcript: Buffer.from(transcript).toString("base64url"),
        quality: 73,
      },
    ]);
  });

  it("offers the digests of the site's root and of its own key, and a token that lives two minutes", async () => {
    room.senses.taps.enrolment = () => new Promise(() => {});
    await room.enrolment.begin(asked);
    const view = room.enrolment.view;
    const offer = parseOffer(view?.step === "offer" ? view.qr : "");
    expect(offer).toMatchObject({
      ok: true,
      offer: { rootDigest: sha256(rootCertificate), expiresAt: room.time.now() + 120_000 },
    });
  });
});
