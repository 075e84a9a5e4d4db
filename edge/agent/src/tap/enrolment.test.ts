import { randomBytes } from "node:crypto";
import { after, seconds } from "@wardkey/protocol";
import {
  type EnrolmentOffer,
  enrolmentIdentifier,
  keyDigest,
  OpaqueTemplate,
  sha256,
} from "@wardkey/protocol/credential";
import { afterEach, describe, expect, it } from "vitest";
import { newHolder, openTapRoom, type TapRoom } from "../testing/tap-room.js";
import type { TestPhone } from "../testing/test-phone.js";
import { spkiOf } from "../testing/test-site.js";
import { systemClock } from "../time.js";
import type { EnrolSession } from "./index.js";

const NEAR = { position: { x: 1, y: 0 } };
const never = new AbortController().signal;
const newcomer = newHolder("newcomer");

let room: TapRoom | undefined;
afterEach(async () => {
  await room?.close();
  room = undefined;
});

async function offering(): Promise<{ opened: TapRoom; offer: EnrolmentOffer; phone: () => Promise<TestPhone> }> {
  const opened = await openTapRoom([]);
  room = opened;
  const offer: EnrolmentOffer = {
    rootDigest: sha256(opened.site.trust.rootCertificate),
    kioskKeyDigest: keyDigest(opened.reader.publicKey),
    token: randomBytes(16),
    expiresAt: after(systemClock.now(), seconds(20)),
  };
  const phone = (): Promise<TestPhone> =>
    opened.phone(newcomer, NEAR, {
      identifier: enrolmentIdentifier(offer.token),
      window: 0,
      errand: () => ({ purpose: "enrol", offer, holderKey: spkiOf(newcomer.key) }),
    });
  return { opened, offer, phone };
}

async function proven(): Promise<{ opened: TapRoom; session: EnrolSession; phone: TestPhone }> {
  const { opened, offer, phone } = await offering();
  const enrolling = opened.runner.enrol(offer, never);
  const started = await phone();
  const enrolled = await enrolling;
  if (!enrolled.ok) throw new Error(enrolled.code);
  return { opened, session: enrolled.session, phone: started };
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
};
const effect = (phone: TestPhone, type: string) => phone.effects.find((one) => one.type === type);

describe("an enrolment over the virtual room", () => {
  it("shows the same digits on both sides and brings the phone what the site issued", async () => {
    const { opened, session, phone } = await proven();
    await until(() => effect(phone, "show-code") !== undefined);
    expect(effect(phone, "show-code")).toEqual({ type: "show-code", code: session.code });
    const confirmed = await session.confirm();
    if (!confirmed.ok) throw new Error(confirmed.code);
    expect(confirmed.holderPublicKey).toEqual(spkiOf(newcomer.key));
    const template = new OpaqueTemplate(newcomer.template);
    const { staffId } = newcomer;
    const credential = await opened.site.credential({ staffId, holderKey: confirmed.holderPublicKey, template });
    const eidKey = Uint8Array.from(newcomer.eidKey);
    expect(await session.issue({ credential, template, eidKey })).toEqual({ ok: true });
    await until(() => effect(phone, "finished") !== undefined);
    expect(effect(phone, "enrolled")).toMatchObject({
      credential: { staffId: "newcomer" },
      eidKey: Uint8Array.from(newcomer.eidKey),
    });
    expect(eidKey).toEqual(new Uint8Array(32));
    expect(() => template.copy()).toThrow("the template was overwritten");
  });

  it("gives the phone nothing when the operator sees other digits", async () => {
    const { session, phone } = await proven();
    await session.close();
    await until(() => effect(phone, "finished") !== undefined);
    expect([effect(phone, "enrolled"), await session.confirm()]).toEqual([
      undefined,
      { ok: false, code: "codes-differ" },
    ]);
  });

  it("issues nothing to a phone that was not confirmed, or that has gone", async () => {
    const { opened, session, phone } = await proven();
    const losses: string[] = [];
    session.onLost((code) => losses.push(code));
    const template = (): OpaqueTemplate => new OpaqueTemplate(newcomer.template);
    const holderKey = spkiOf(newcomer.key);
    const credential = await opened.site.credential({ staffId: "newcomer", holderKey, template: template() });
    const issue = () => session.issue({ credential, template: template(), eidKey: randomBytes(32) });
    expect(await issue()).toEqual({ ok: false, code: "not-confirmed" });
    phone.hangUp();
    await until(() => losses.length > 0);
    expect([await issue(), losses]).toEqual([{ ok: false, code: "phone-lost" }, ["phone-lost"]]);
  });

  it("ends with its offer, and when it is called off", async () => {
    const { opened, offer } = await offering();
    const soon = { ...offer, expiresAt: after(systemClock.now(), seconds(0.3)) };
    const called = new AbortController();
    const waiting = opened.runner.enrol(offer, called.signal);
    expect(await opened.runner.enrol(soon, never)).toMatchObject({
      ok: false,
      code: "offer-expired",
      reason: "too-slow",
    });
    called.abort();
    expect(await waiting).toMatchObject({ ok: false, code: "aborted" });
  });

  it("refuses a phone that knows the identifier and not the token", async () => {
    const { opened, offer } = await offering();
    const other = { ...offer, token: randomBytes(16) };
    const enrolling = opened.runner.enrol(offer, never);
    await opened.phone(newcomer, NEAR, {
      identifier: enrolmentIdentifier(offer.token),
      window: 0,
      errand: () => ({ purpose: "enrol", offer: other, holderKey: spkiOf(newcomer.key) }),
    });
    expect(await enrolling).toMatchObject({ ok: false, code: "token-wrong", reason: "credential-invalid" });
  });
});
