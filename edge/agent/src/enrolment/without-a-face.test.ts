import { beforeEach, describe, expect, it } from "vitest";
import { asked, EnrolmentRoom, grant } from "../testing/enrolment-room.js";
import { granted } from "../testing/simulated-site.js";
import { settle } from "../testing/simulated-time.js";

let room: EnrolmentRoom;

beforeEach(() => {
  room = new EnrolmentRoom();
});

describe("an enrolment without a face", () => {
  const faceless = { ...asked, secondOperatorCode: "2-abcd", pin: "739154" };

  it("takes no picture, binds no template, and gives the site the PIN once it has signed the credential", async () => {
    room.senses.vision.enrolment = () => Promise.reject(new Error("no picture"));
    room.grantAnswer = granted({ ...grant, templateKey: "" });
    expect(await room.enrolment.begin(faceless)).toEqual({ ok: true });
    const { pin, ...request } = faceless;
    expect(room.siteAsked).toEqual([{ ...request, way: "phone-pin" }]);
    await settle();
    room.enrolment.codes(true);
    await settle();
    expect(room.enrolment.view).toEqual({ step: "done", name: "Anna R." });
    expect(room.views.map((view) => view?.step)).toEqual(["offer", "compare-code", "finishing", "done"]);
    expect(room.siteSaw).toMatchObject([{ templateDigest: "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU" }]);
    expect(room.phone.given).toMatchObject({ template: "none" });
    const { operatorCode, secondOperatorCode } = faceless;
    const given = { give: "pin", staffId: "staff-7", operatorCode, secondOperatorCode, pin };
    expect(room.posted).toEqual([["/v1/kiosk/ways", given]]);
    expect(JSON.stringify(room.journal)).not.toContain(pin);
  });

  it("begins with no PIN that the site would refuse later, and says when it refuses one all the same", async () => {
    expect(await room.enrolment.begin({ ...faceless, pin: "123456" })).toEqual({ ok: false, code: "pin-weak" });
    expect(room.siteAsked).toEqual([]);
    room.pinAnswer = { ok: false, code: "pin-weak", reached: true };
    await room.enrolment.begin(faceless);
    await settle();
    room.enrolment.codes(true);
    await settle();
    expect(room.enrolment.view).toEqual({ step: "failed", code: "pin-weak" });
    expect(room.journal.at(-1)).toMatchObject({ kind: "enrol.failed", body: { reason: "pin-weak", step: "pin" } });
  });
});
