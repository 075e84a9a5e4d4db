import { beforeEach, describe, expect, it } from "vitest";
import { asked, EnrolmentRoom } from "../testing/enrolment-room.js";
import { settle } from "../testing/simulated-time.js";

let room: EnrolmentRoom;

beforeEach(() => {
  room = new EnrolmentRoom();
});

describe("what stops an enrolment", () => {
  it("digits that differ: the phone gets nothing (threats row 29)", async () => {
    await room.toCodes();
    room.enrolment.codes(false);
    await settle();
    expect(room.enrolment.view).toEqual({ step: "failed", code: "codes-differ" });
    expect([room.phone.given, room.phone.closed, room.siteSaw]).toEqual([null, true, []]);
    expect(room.journal.slice(-2)).toMatchObject([
      { kind: "enrol.codes-compared", body: { agree: false } },
      { kind: "enrol.failed", body: { reason: "codes-differ", step: "compare-code" } },
    ]);
  });

  it("two minutes without an answer", async () => {
    await room.toCodes();
    await room.time.advance(120_000);
    expect(room.enrolment.view).toEqual({ step: "failed", code: "enrolment-timeout" });
    expect([room.phone.given, room.phone.closed, room.enrolment.underWay]).toEqual([null, true, false]);
  });

  it("the operator, at any step", async () => {
    await room.toCodes();
    room.enrolment.cancel();
    await settle();
    expect(room.enrolment.view).toEqual({ step: "failed", code: "cancelled" });
    room.enrolment.cancel();
    expect(room.enrolment.view).toBeNull();
  });

  it("the operator, while the camera looks", async () => {
    room.senses.vision.enrolment = ({ signal }) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve({ ok: false, code: "aborted" })));
    await room.toCodes();
    room.enrolment.codes(true);
    await settle();
    room.enrolment.cancel();
    await settle();
    expect(room.enrolment.view).toEqual({ step: "failed", code: "cancelled" });
    expect(room.journal.at(-1)).toMatchObject({ body: { reason: "cancelled", step: "capture" } });
  });

  it("a phone that goes away", async () => {
    await room.toCodes();
    room.phone.lose("phone-lost");
    await settle();
    expect(room.enrolment.view).toEqual({ step: "failed", code: "phone-lost" });
  });

  it.each<[string, () => void, string]>([
    [
      "no phone came",
      () => {
        room.senses.taps.enrolment = async () => ({
          ok: false,
          code: "phone-not-seen",
          reason: "phone-lost",
          timings: {},
        });
      },
      "phone-not-seen",
    ],
    [
      "the phone did not prove its key",
      () => {
        room.phone.proof = { ok: false, code: "signature-invalid" };
      },
      "signature-invalid",
    ],
    [
      "nobody could be captured",
      () => {
        room.senses.vision.enrolment = async () => ({ ok: false, code: "enrol-timeout" });
      },
      "enrol-timeout",
    ],
    [
      "a picture was held up",
      () => {
        room.senses.vision.enrolment = async () => ({ ok: false, code: "not-live" });
      },
      "not-live",
    ],
    [
      "the phone did not take it",
      () => {
        room.phone.takes = { ok: false, code: "phone-lost" };
      },
      "phone-lost",
    ],
    [
      "something broke",
      () => {
        room.senses.vision.enrolment = () => Promise.reject(new Error("boom"));
      },
      "unexpected",
    ],
  ])("%s", async (_what, arrange, code) => {
    arrange();
    await room.enrolment.begin(asked);
    await settle();
    room.enrolment.codes(true);
    await settle();
    expect(room.enrolment.view).toEqual({ step: "failed", code });
    expect(room.reason()).toBe(code);
    expect([room.turns, room.enrolment.underWay]).toEqual([["began", "ended"], false]);
  });

  it.each([
    "credential-active",
    "credential-none",
    "operator-without-right",
    "operator-other-ward",
    "operator-own-enrolment",
    "second-operator-required",
    "second-operator-same",
    "name-differs",
    "staff-record-required",
    "staff-suspended",
    "staff-ended",
    "consent-missing",
  ])("the site, with %s: nothing begins and the screen gets that code (threats row 22)", async (code) => {
    room.grantAnswer = { ok: false, code, reached: true };
    expect(await room.enrolment.begin(asked)).toEqual({ ok: false, code });
    expect([room.enrolment.view, room.turns]).toEqual([null, []]);
    expect(room.journal).toEqual([{ kind: "enrol.failed", body: { reason: code, step: "begin" } }]);
  });

  it("a wrong operator code: nothing begins", async () => {
    room.grantAnswer = { ok: false, code: "operator-code-wrong", reached: true };
    expect(await room.enrolment.begin(asked)).toEqual({ ok: false, code: "operator-code-wrong" });
    expect([room.enrolment.view, room.turns]).toEqual([null, []]);
    expect(room.journal).toEqual([{ kind: "enrol.failed", body: { reason: "operator-code-wrong", step: "begin" } }]);
  });

  it("whatever hinders it: the site is not even asked", async () => {
    room.hindrance = "session-open";
    expect(await room.enrolment.begin(asked)).toEqual({ ok: false, code: "session-open" });
    expect(room.turns).toEqual([]);
  });

  it("a journal that cannot tell of it", async () => {
    room.journalWorks = false;
    expect(await room.enrolment.begin(asked)).toEqual({ ok: false, code: "journal-unavailable" });
    expect(room.turns).toEqual([]);
  });

  it("another one under way", async () => {
    await room.toCodes();
    expect(await room.enrolment.begin(asked)).toEqual({ ok: false, code: "enrolment-under-way" });
    expect(room.enrolment.codes(true)).toEqual({ ok: true });
    expect(room.enrolment.codes(true)).toEqual({ ok: false, code: "no-codes-shown" });
  });
});
