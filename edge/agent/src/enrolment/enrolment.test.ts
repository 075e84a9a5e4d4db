import { randomBytes } from "node:crypto";
import { OpaqueTemplate, parseOffer, sha256 } from "@wardkey/protocol/credential";
import type { CredentialRequest, EnrolmentGrant, EnrolmentRequest, WayGiven } from "@wardkey/protocol/fleet";
import type { EnrolmentView } from "@wardkey/protocol/screen";
import { beforeEach, describe, expect, it } from "vitest";
import { PROFILES } from "../profile/index.js";
import type { EnrolSession } from "../tap/index.js";
import { SimulatedSenses } from "../testing/simulated-senses.js";
import { granted, someHolderKey } from "../testing/simulated-site.js";
import { SimulatedTime, settle } from "../testing/simulated-time.js";
import type { SiteAnswer } from "../uplink/index.js";
import { Enrolment } from "./index.js";

const grant: EnrolmentGrant = {
  enrolment: "3f1c2d4e-1111-4222-8333-444455556666",
  staffId: "staff-7",
  displayName: "Anna R.",
  epoch: 1,
  templateKey: Buffer.alloc(32, 9).toString("base64url"),
  expiresAt: 1_800_000_120_000,
};
const asked = { operatorCode: "482913", givenName: "Anna", familyName: "Rossi" };
const rootCertificate = new Uint8Array([1, 2, 3]);
const transcript = sha256(new Uint8Array([4]));

/** A simulated phone that enrols; it remembers what it was given and when it was let go. */
class SimulatedEnrolSession implements EnrolSession {
  readonly code = "123456";
  readonly holderPublicKey = someHolderKey();
  given: { credential: string; template: string; eidKey: string } | null = null;
  closed = false;
  takes: { ok: true } | { ok: false; code: string } = { ok: true };
  proof: { ok: true } | { ok: false; code: string } = { ok: true };
  #lost = new Set<(code: string) => void>();

  async confirm() {
    return this.proof.ok ? { ok: true as const, holderPublicKey: this.holderPublicKey, transcript } : this.proof;
  }

  async issue(issued: Parameters<EnrolSession["issue"]>[0]) {
    const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
    this.given = {
      credential: text(issued.credential),
      template: issued.template === null ? "none" : text(issued.template.copy()),
      eidKey: text(issued.eidKey),
    };
    return this.takes;
  }

  onLost(listener: (code: string) => void): () => void {
    this.#lost.add(listener);
    return () => this.#lost.delete(listener);
  }

  lose(code: string): void {
    for (const listener of this.#lost) listener(code);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

let time: SimulatedTime;
let senses: SimulatedSenses;
let phone: SimulatedEnrolSession;
let template: OpaqueTemplate;
let enrolment: Enrolment;
let journal: { kind: string; body: Record<string, unknown> }[];
let siteSaw: CredentialRequest[];
let siteAsked: EnrolmentRequest[];
let grantAnswer: SiteAnswer<EnrolmentGrant>;
let turns: string[];
let views: (EnrolmentView | null)[];
let hindrance: string | null;
let posted: unknown[];
let pinAnswer: SiteAnswer<WayGiven>;
let journalWorks: boolean;

beforeEach(() => {
  time = new SimulatedTime();
  senses = new SimulatedSenses();
  phone = new SimulatedEnrolSession();
  template = new OpaqueTemplate(new Uint8Array(64).fill(0x5a));
  [journal, siteSaw, siteAsked, turns, views, hindrance, journalWorks] = [[], [], [], [], [], null, true];
  grantAnswer = granted(grant);
  posted = [];
  pinAnswer = granted({ staffId: "staff-7", code: null, expiresAt: null, weak: false });
  senses.taps.enrolment = async () => ({ ok: true, session: phone });
  senses.vision.enrolment = async ({ onProgress }) => {
    onProgress({ hint: "closer", progress: 0.2 });
    return { ok: true, template, quality: 73 };
  };
  enrolment = new Enrolment({
    clock: time,
    timers: time,
    randomBytes: (size) => new Uint8Array(randomBytes(size)),
    rules: PROFILES.demo.enrolment,
    site: {
      current: () => ({ rootCertificate }),
      publicKey: someHolderKey(),
      beginEnrolment: async (request) => {
        siteAsked.push(request);
        return grantAnswer;
      },
      issueCredential: async (_enrolment, request) => {
        siteSaw.push(request);
        return granted({ credential: "AQID", eidKey: Buffer.alloc(32, 3).toString("base64url") });
      },
      post: async (path, body, schema) => {
        posted.push([path, body]);
        return pinAnswer.ok ? granted(schema.parse(pinAnswer.value)) : pinAnswer;
      },
      refresh: async () => void turns.push("refresh"),
    },
    taps: senses.taps,
    vision: senses.vision,
    journal: {
      append: async (kind, body) => {
        if (!journalWorks) return { ok: false, code: "SQLITE_FULL" };
        journal.push({ kind, body });
        return { ok: true, event: { seq: 1, id: "", at: 0, kind, body: {}, hash: "" } };
      },
      note: (kind, body) => void journal.push({ kind, body }),
    },
    hindrance: () => hindrance,
    began: () => turns.push("began"),
    ended: () => turns.push("ended"),
    changed: () => views.push(enrolment.view),
  });
});

async function toCodes(): Promise<void> {
  expect(await enrolment.begin(asked)).toEqual({ ok: true });
  await settle();
  expect(enrolment.view).toEqual({ step: "compare-code", code: "123456", name: "Anna R." });
}

const reason = () => journal.at(-1)?.body["reason"];

describe("a supervised enrolment", () => {
  it("goes from the offer over the six digits to a phone that holds everything, and a kiosk that holds nothing", async () => {
    await toCodes();
    expect(enrolment.codes(true)).toEqual({ ok: true });
    await settle();
    expect(enrolment.view).toEqual({ step: "done", name: "Anna R." });
    expect(views.map((view) => view?.step)).toEqual([
      "offer",
      "compare-code",
      "capture",
      "capture",
      "finishing",
      "done",
    ]);
    expect(phone.given).toEqual({ credential: "010203", template: "5a".repeat(64), eidKey: "03".repeat(32) });
    expect(phone.closed).toBe(true);
    expect(() => template.copy()).toThrow(expect.objectContaining({ code: "template-erased" }));
    expect(turns).toEqual(["began", "refresh", "ended"]);
    expect(journal.map((event) => event.kind)).toEqual(["enrol.begun", "enrol.codes-compared", "enrol.completed"]);
    await time.advance(6_000);
    expect(enrolment.view).toBeNull();
  });

  it("passes on who gets another credential, why, and who else supervises", async () => {
    const renewal = { ...asked, staffId: "staff-7", purpose: "replacement", secondOperatorCode: "2-abcd" } as const;
    grantAnswer = granted({ ...grant, epoch: 2 });
    expect(await enrolment.begin({ ...renewal, consent: "v2" })).toEqual({ ok: true });
    expect(siteAsked).toEqual([{ ...renewal, consent: "v2" }]);
    await settle();
    enrolment.codes(true);
    await settle();
    expect(journal.at(-1)).toMatchObject({ kind: "enrol.completed", body: { staffId: "staff-7", epoch: 2 } });
  });

  it("sends the site a digest, a public key and how good the views were, and no byte of the template", async () => {
    await toCodes();
    const digest = Buffer.from(template.digest()).toString("base64url");
    enrolment.codes(true);
    await settle();
    expect(siteSaw).toEqual([
      {
        holderPublicKey: Buffer.from(phone.holderPublicKey).toString("base64url"),
        templateDigest: digest,
        transcript: Buffer.from(transcript).toString("base64url"),
        quality: 73,
      },
    ]);
  });

  it("offers the digests of the site's root and of its own key, and a token that lives two minutes", async () => {
    senses.taps.enrolment = () => new Promise(() => {});
    await enrolment.begin(asked);
    const view = enrolment.view;
    const offer = parseOffer(view?.step === "offer" ? view.qr : "");
    expect(offer).toMatchObject({
      ok: true,
      offer: { rootDigest: sha256(rootCertificate), expiresAt: time.now() + 120_000 },
    });
  });
});

describe("an enrolment without a face", () => {
  const faceless = { ...asked, secondOperatorCode: "2-abcd", pin: "739154" };

  it("takes no picture, binds no template, and gives the site the PIN once it has signed the credential", async () => {
    senses.vision.enrolment = () => Promise.reject(new Error("no picture"));
    grantAnswer = granted({ ...grant, templateKey: "" });
    expect(await enrolment.begin(faceless)).toEqual({ ok: true });
    const { pin, ...request } = faceless;
    expect(siteAsked).toEqual([{ ...request, way: "phone-pin" }]);
    await settle();
    enrolment.codes(true);
    await settle();
    expect(enrolment.view).toEqual({ step: "done", name: "Anna R." });
    expect(views.map((view) => view?.step)).toEqual(["offer", "compare-code", "finishing", "done"]);
    expect(siteSaw).toMatchObject([{ templateDigest: "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU" }]);
    expect(phone.given).toMatchObject({ template: "none" });
    const { operatorCode, secondOperatorCode } = faceless;
    const given = { give: "pin", staffId: "staff-7", operatorCode, secondOperatorCode, pin };
    expect(posted).toEqual([["/v1/kiosk/ways", given]]);
    expect(JSON.stringify(journal)).not.toContain(pin);
  });

  it("begins with no PIN that the site would refuse later, and says when it refuses one all the same", async () => {
    expect(await enrolment.begin({ ...faceless, pin: "123456" })).toEqual({ ok: false, code: "pin-weak" });
    expect(siteAsked).toEqual([]);
    pinAnswer = { ok: false, code: "pin-weak", reached: true };
    await enrolment.begin(faceless);
    await settle();
    enrolment.codes(true);
    await settle();
    expect(enrolment.view).toEqual({ step: "failed", code: "pin-weak" });
    expect(journal.at(-1)).toMatchObject({ kind: "enrol.failed", body: { reason: "pin-weak", step: "pin" } });
  });
});

describe("what stops an enrolment", () => {
  it("digits that differ: the phone gets nothing (threats row 29)", async () => {
    await toCodes();
    enrolment.codes(false);
    await settle();
    expect(enrolment.view).toEqual({ step: "failed", code: "codes-differ" });
    expect([phone.given, phone.closed, siteSaw]).toEqual([null, true, []]);
    expect(journal.slice(-2)).toMatchObject([
      { kind: "enrol.codes-compared", body: { agree: false } },
      { kind: "enrol.failed", body: { reason: "codes-differ", step: "compare-code" } },
    ]);
  });

  it("two minutes without an answer", async () => {
    await toCodes();
    await time.advance(120_000);
    expect(enrolment.view).toEqual({ step: "failed", code: "enrolment-timeout" });
    expect([phone.given, phone.closed, enrolment.underWay]).toEqual([null, true, false]);
  });

  it("the operator, at any step", async () => {
    await toCodes();
    enrolment.cancel();
    await settle();
    expect(enrolment.view).toEqual({ step: "failed", code: "cancelled" });
    enrolment.cancel();
    expect(enrolment.view).toBeNull();
  });

  it("the operator, while the camera looks", async () => {
    senses.vision.enrolment = ({ signal }) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve({ ok: false, code: "aborted" })));
    await toCodes();
    enrolment.codes(true);
    await settle();
    enrolment.cancel();
    await settle();
    expect(enrolment.view).toEqual({ step: "failed", code: "cancelled" });
    expect(journal.at(-1)).toMatchObject({ body: { reason: "cancelled", step: "capture" } });
  });

  it("a phone that goes away", async () => {
    await toCodes();
    phone.lose("phone-lost");
    await settle();
    expect(enrolment.view).toEqual({ step: "failed", code: "phone-lost" });
  });

  it.each<[string, () => void, string]>([
    [
      "no phone came",
      () => {
        senses.taps.enrolment = async () => ({ ok: false, code: "phone-not-seen", reason: "phone-lost", timings: {} });
      },
      "phone-not-seen",
    ],
    [
      "the phone did not prove its key",
      () => {
        phone.proof = { ok: false, code: "signature-invalid" };
      },
      "signature-invalid",
    ],
    [
      "nobody could be captured",
      () => {
        senses.vision.enrolment = async () => ({ ok: false, code: "enrol-timeout" });
      },
      "enrol-timeout",
    ],
    [
      "a picture was held up",
      () => {
        senses.vision.enrolment = async () => ({ ok: false, code: "not-live" });
      },
      "not-live",
    ],
    [
      "the phone did not take it",
      () => {
        phone.takes = { ok: false, code: "phone-lost" };
      },
      "phone-lost",
    ],
    [
      "something broke",
      () => {
        senses.vision.enrolment = () => Promise.reject(new Error("boom"));
      },
      "unexpected",
    ],
  ])("%s", async (_what, arrange, code) => {
    arrange();
    await enrolment.begin(asked);
    await settle();
    enrolment.codes(true);
    await settle();
    expect(enrolment.view).toEqual({ step: "failed", code });
    expect(reason()).toBe(code);
    expect([turns, enrolment.underWay]).toEqual([["began", "ended"], false]);
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
    grantAnswer = { ok: false, code, reached: true };
    expect(await enrolment.begin(asked)).toEqual({ ok: false, code });
    expect([enrolment.view, turns]).toEqual([null, []]);
    expect(journal).toEqual([{ kind: "enrol.failed", body: { reason: code, step: "begin" } }]);
  });

  it("a wrong operator code: nothing begins", async () => {
    grantAnswer = { ok: false, code: "operator-code-wrong", reached: true };
    expect(await enrolment.begin(asked)).toEqual({ ok: false, code: "operator-code-wrong" });
    expect([enrolment.view, turns]).toEqual([null, []]);
    expect(journal).toEqual([{ kind: "enrol.failed", body: { reason: "operator-code-wrong", step: "begin" } }]);
  });

  it("whatever hinders it: the site is not even asked", async () => {
    hindrance = "session-open";
    expect(await enrolment.begin(asked)).toEqual({ ok: false, code: "session-open" });
    expect(turns).toEqual([]);
  });

  it("a journal that cannot tell of it", async () => {
    journalWorks = false;
    expect(await enrolment.begin(asked)).toEqual({ ok: false, code: "journal-unavailable" });
    expect(turns).toEqual([]);
  });

  it("another one under way", async () => {
    await toCodes();
    expect(await enrolment.begin(asked)).toEqual({ ok: false, code: "enrolment-under-way" });
    expect(enrolment.codes(true)).toEqual({ ok: true });
    expect(enrolment.codes(true)).toEqual({ ok: false, code: "no-codes-shown" });
  });
});
