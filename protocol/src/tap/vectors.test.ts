import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  createSiteTrust,
  enrolmentIdentifier,
  keyDigest,
  OpaqueTemplate,
  parseOffer,
  rotatingIdentifier,
  type SiteTrust,
  verifyCredential,
  verifyDenyNotice,
  verifyReader,
  verifyReceipt,
  verifySigner,
  verifyStatus,
} from "../credential/index.js";
import { instant } from "../units.js";
import { Assembler, fragment, type KioskEvent, type PhoneEvent, payloadOf } from "./index.js";
import { secretsOf } from "./test-support/record-vectors.js";
import { type Played, rehearse, type Script } from "./test-support/rehearse.js";
import type { RehearsalSite } from "./test-support/site.js";
import { bytes, hex, Vectors } from "./test-support/vectors.js";

/** Changed only with the vectors, which change only with the protocol. */
const DIGEST = "592a379592011ff705e0802e873985091bec3c058de0066500a5ef207eb9bd47";

const file = readFileSync(new URL("../../vectors/tap-v1.json", import.meta.url));
const vectors = Vectors.parse(JSON.parse(file.toString("utf8")));
const { site } = vectors;
const now = instant(vectors.now * 1_000);
const trust = trustOf();
const offer = {
  rootDigest: bytes(vectors.offer.rootDigest),
  kioskKeyDigest: bytes(vectors.offer.kioskKeyDigest),
  token: bytes(vectors.offer.token),
  expiresAt: instant(vectors.offer.expires * 1_000),
};
const recorded: RehearsalSite = {
  trust,
  readerCertificate: bytes(site.readerCertificate),
  signerCertificate: bytes(site.signerCertificate),
  status: bytes(site.status),
  denyNotice: bytes(site.denyNotice),
  credential: bytes(site.credential),
  eidKey: bytes(site.eidKey),
  identifier: bytes(vectors.unlock.identifier),
  offer,
};

function trustOf(): SiteTrust {
  const created = createSiteTrust({ site: site.id, rootCertificate: bytes(site.rootCertificate) });
  if (!created.ok) throw new Error(created.code);
  return created.trust;
}

/** Both sides again, with the recorded randomness and signatures. */
function playAgain(purpose: "unlock" | "enrol"): Played {
  const run = vectors[purpose];
  const drawing = (values: readonly string[]) => {
    const left = [...values];
    return () => bytes(left.shift() ?? "");
  };
  const signatures = [...run.signatures];
  const template = () => new OpaqueTemplate(bytes(site.syntheticTemplate));
  const issued: KioskEvent = {
    type: "issued",
    credential: recorded.credential,
    template: template(),
    eidKey: bytes(site.eidKey),
  };
  const consent: PhoneEvent = {
    type: "consent",
    granted: true,
    mode: "A",
    credential: recorded.credential,
    template: template(),
    refusals: [{ kiosk: null, code: "certificate-untrusted", at: instant(now - 60_000) }],
  };
  const script: Script = {
    site: recorded,
    purpose,
    phone: { randomBytes: drawing(run.phoneRandom) },
    kiosk: { randomBytes: drawing(run.kioskRandom) },
    phoneNow: now,
    kioskNow: now,
    onConsent: () => consent,
    onCode: () => [{ type: "codes-compared", agree: true }, issued],
    sign: (signed, side) => {
      const next = signatures.shift();
      expect({ side, bytes: hex(signed) }).toEqual({ side: next?.side, bytes: next?.bytes });
      return bytes(next?.signature ?? "");
    },
  };
  return rehearse(script);
}

describe("the golden vectors", () => {
  it("are the ones that every release was tested with", () => {
    expect(createHash("sha256").update(file).digest("hex")).toBe(DIGEST);
  });

  it("hold certificates and signed objects that both sides read the same", () => {
    expect(verifyReader([recorded.readerCertificate], trust, now)).toMatchObject({
      ok: true,
      reader: { site: site.id, kiosk: site.kiosk, name: "Cart 1", ward: "Ward 3" },
    });
    expect(verifySigner([recorded.signerCertificate], trust, now)).toMatchObject({ ok: true });
    expect(verifyStatus(recorded.status, trust, now)).toMatchObject({
      ok: true,
      status: { kiosk: site.kiosk, denyEpoch: 4, notAfter: now + 23 * 3_600_000 },
    });
    expect(verifyDenyNotice(recorded.denyNotice, trust, now)).toMatchObject({
      ok: true,
      notice: { denyEpoch: 4, kiosks: ["ward-9-cart-2"] },
    });
    expect(verifyCredential(recorded.credential, trust, now)).toMatchObject({
      ok: true,
      credential: { staffId: site.staffId, name: "Giulia R.", epoch: 1 },
    });
    for (const { receipt, transcript } of [vectors.unlock, vectors.enrol]) {
      const verified = verifyReceipt(bytes(receipt), trust, now);
      expect(verified).toMatchObject({ ok: true, receipt: { staffId: site.staffId, at: now } });
      expect(verified.ok && hex(verified.receipt.transcript)).toBe(transcript);
    }
  });

  it("hold the offer and the identifiers", () => {
    expect(parseOffer(vectors.offer.text)).toEqual({ ok: true, offer });
    const reader = verifyReader([recorded.readerCertificate], trust, now);
    expect(reader.ok && keyDigest(reader.reader.publicKey)).toEqual(offer.kioskKeyDigest);
    const { window, identifier } = vectors.unlock;
    expect(hex(rotatingIdentifier({ eidKey: recorded.eidKey, site: site.id, window }))).toBe(identifier);
    expect(hex(enrolmentIdentifier(offer.token))).toBe(vectors.enrol.identifier);
  });

  it.each(["unlock", "enrol"] as const)("are made again, byte for byte, by both sides of an %s", (purpose) => {
    const played = playAgain(purpose);
    expect(played.sent.map(({ from, message }) => ({ from, bytes: hex(message) }))).toEqual(vectors[purpose].messages);
  });

  it("hold the secrets between the messages, for whoever's bytes differ", () => {
    const { sharedSecret, keys } = vectors.unlock;
    expect(secretsOf(vectors.unlock)).toEqual({ sharedSecret, keys });
  });

  it("hold the code of the enrolment, the same on both screens", () => {
    const played = playAgain("enrol");
    const shown = [...played.phoneEffects, ...played.kioskEffects].filter((effect) => effect.type === "show-code");
    expect(shown.map((effect) => effect.code)).toEqual([vectors.enrol.code, vectors.enrol.code]);
  });

  it("hold heartbeats that both sides read the same", () => {
    const played = playAgain("unlock");
    const phone = played.phoneEffects.find((effect) => effect.type === "established");
    const kiosk = played.kioskEffects.find((effect) => effect.type === "established");
    vectors.unlock.heartbeats.forEach((beat, index) => {
      expect(hex(phone?.heartbeat.seal({ moved: beat.moved }) ?? new Uint8Array(0))).toBe(beat.bytes);
      expect(kiosk?.heartbeat.open(bytes(beat.bytes))).toEqual({ ok: true, counter: index + 1, moved: beat.moved });
    });
  });

  it("hold the frames of a message at two sizes", () => {
    const { message, mtu23, mtu247 } = vectors.frames;
    expect(fragment(bytes(message), payloadOf(23)).map(hex)).toEqual(mtu23);
    expect(fragment(bytes(message), payloadOf(247)).map(hex)).toEqual(mtu247);
    for (const frames of [mtu23, mtu247]) {
      const assembler = new Assembler();
      expect(frames.map((frame) => assembler.push(bytes(frame), 0)).at(-1)).toEqual({
        kind: "message",
        message: bytes(message),
      });
    }
  });
});
