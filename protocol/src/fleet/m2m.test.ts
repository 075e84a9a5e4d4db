import { describe, expect, it } from "vitest";
import type { Issuer } from "../credential/cose.js";
import { createSigner } from "../credential/p256.js";
import { DEVICE_USAGE_OID, deviceUri } from "../credential/site-trust.js";
import { issueCertificate, keyUsage, uris, usages } from "../tap/test-support/certificates.js";
import { issueRoot, KEYS, NOW, ROOT_SUBJECT, SITE, trustOf } from "../tap/test-support/site.js";
import { days, hours, instant, minutes, seconds } from "../units.js";
import { M2M_KIND, M2M_LIFE, type M2mContent, M2mReceiver, signM2m } from "./m2m.js";
import { MAX_UP_BYTES } from "./messages.js";
import { signStatement } from "./signed.js";
import { topics } from "./topics.js";

const trust = trustOf(issueRoot(KEYS.root));
const id = (last: number): string => `01a3a0c0-0000-7000-8000-${last.toString().padStart(12, "0")}`;

const identityOf = (device: string, serial: number, key = KEYS.reader): Issuer => ({
  chain: [
    issueCertificate(
      {
        serial,
        subject: { commonName: device, organization: SITE, unit: "medical-device" },
        publicKey: key.publicKey,
        notBefore: instant(NOW - hours(1)),
        notAfter: instant(NOW + days(1)),
        extensions: [keyUsage(0x80), usages(true, DEVICE_USAGE_OID), uris(deviceUri(SITE, device))],
      },
      { subject: ROOT_SUBJECT, privateKey: KEYS.root.privateKey },
    ),
  ],
  sign: createSigner(key.privateKey),
});
const analyser = identityOf("lab-1", 5);
const other = identityOf("lab-2", 6, KEYS.signer);
const result: M2mContent = { test: "K", value: 4.1, unit: "mmol/L" };

/** The workstation `desk-3`, which listens to `lab-1` on `results`. */
function workstation() {
  const state = { now: NOW, denied: new Set<string>(), pairs: new Set(["lab-1 results", "lab-2 results"]) };
  const receiver = new M2mReceiver({
    device: "desk-3",
    remembers: 4,
    knowledge: {
      trust: () => trust,
      now: () => state.now,
      paired: (from, channel) => state.pairs.has(`${from} ${channel}`),
      denied: ({ device, serial }) => state.denied.has(device) || state.denied.has(serial),
    },
  });
  return { state, receiver };
}

const message = (last: number) => ({
  ...{ site: SITE, from: "lab-1", to: "desk-3", channel: "results", content: result, at: NOW, id: id(last) },
});

describe("a receiver", () => {
  it("takes what its sender signed for it, once", async () => {
    const { receiver } = workstation();
    const { topic, payload } = await signM2m(message(1), analyser);
    expect(topic).toBe(`wardkey/v1/${SITE}/m2m/lab-1/desk-3/results`);
    expect(await receiver.receive(topic, payload)).toEqual({
      ok: true,
      message: {
        id: id(1),
        from: "lab-1",
        profile: "medical-device",
        channel: "results",
        content: result,
        issuedAt: NOW,
      },
    });
    expect(await receiver.receive(topic, payload)).toEqual({ ok: false, code: "m2m-replayed", why: null });
  });

  it("takes nothing that was forged, readdressed, put on another channel, or said by another than the topic says", async () => {
    const { receiver, state } = workstation();
    state.pairs.add("lab-1 orders");
    const { topic, payload } = await signM2m(message(1), analyser);
    const to = (pair: { from: string; to: string; channel: string }): string => topics.m2m(SITE, pair);
    const [head, body, signature] = payload.split(".");
    const forged = Buffer.from(body ?? "", "base64url")
      .toString("utf8")
      .replace("4.1", "9.9");
    const forDesk4 = await signM2m({ ...message(2), to: "desk-4" }, analyser);
    const byLab2 = await signM2m({ ...message(3), from: "lab-2" }, other);
    const inLab1sName = {
      ...message(4),
      device: "lab-1",
      kind: M2M_KIND,
      body: { channel: "results", content: result },
    };
    const expiresAt = instant(NOW + M2M_LIFE);
    const impersonated = await signStatement({ ...inLab1sName, issuedAt: NOW, expiresAt }, other);
    const checkpoint = await signStatement({ ...inLab1sName, kind: "checkpoint", issuedAt: NOW, expiresAt }, analyser);
    const shapeless = await signStatement({ ...inLab1sName, body: { content: 1 }, issuedAt: NOW, expiresAt }, analyser);
    const cases: [string, string, string, string | null][] = [
      [topic, `${head}.${Buffer.from(forged).toString("base64url")}.${signature}`, "m2m-forged", "statement-signature"],
      [topic, "nonsense", "m2m-forged", "statement-malformed"],
      [topic, impersonated, "m2m-forged", "statement-site"],
      [topic, checkpoint, "m2m-forged", "statement-kind"],
      [topic, shapeless, "m2m-forged", "statement-malformed"],
      [topic, forDesk4.payload, "m2m-readdressed", "statement-audience"],
      [forDesk4.topic, forDesk4.payload, "m2m-topic", null],
      [topic, byLab2.payload, "m2m-sender", null],
      [to({ from: "lab-1", to: "desk-3", channel: "orders" }), payload, "m2m-channel", null],
      [to({ from: "lab-2", to: "desk-3", channel: "results" }), payload, "m2m-sender", null],
      ["wardkey/v1/other/m2m/lab-1/desk-3/results", payload, "m2m-topic", null],
      [topic, "x".repeat(MAX_UP_BYTES + 1), "m2m-too-large", null],
    ];
    for (const [where, what, code, why] of cases) {
      expect([code, await receiver.receive(where, what)]).toEqual([code, { ok: false, code, why }]);
    }
    expect((await receiver.receive(topic, payload)).ok).toBe(true);
  });

  it("takes nothing from a sender that was denied, unpaired, or whose certificate was denied", async () => {
    const { receiver, state } = workstation();
    const { topic, payload } = await signM2m(message(1), analyser);
    for (const whom of ["lab-1", "05"]) {
      state.denied = new Set([whom, whom.replace(/^0/, "")]);
      expect(await receiver.receive(topic, payload)).toMatchObject({ ok: false, code: "m2m-denied" });
    }
    state.denied = new Set();
    state.pairs.delete("lab-1 results");
    expect(await receiver.receive(topic, payload)).toMatchObject({ ok: false, code: "m2m-unpaired" });
    state.pairs.add("lab-1 results");
    expect((await receiver.receive(topic, payload)).ok).toBe(true);
  });

  it("takes nothing late, nothing from the future and nothing that would outlive its memory", async () => {
    const { receiver, state } = workstation();
    const { topic, payload } = await signM2m(message(1), analyser);
    state.now = instant(NOW + M2M_LIFE + seconds(1));
    expect(await receiver.receive(topic, payload)).toMatchObject({ ok: false, code: "m2m-expired" });
    state.now = instant(NOW - minutes(30));
    expect(await receiver.receive(topic, payload)).toMatchObject({ ok: false, code: "m2m-untimely" });
    state.now = NOW;
    const body = { channel: "results", content: result };
    const statement = { site: SITE, device: "lab-1", to: "desk-3", kind: M2M_KIND, body, id: id(2), issuedAt: NOW };
    const lasting = await signStatement({ ...statement, expiresAt: instant(NOW + hours(1)) }, analyser);
    expect(await receiver.receive(topic, lasting)).toMatchObject({ ok: false, code: "m2m-untimely" });
  });

  it("refuses rather than forgets what could be replayed, and takes more when the old has expired", async () => {
    const { receiver, state } = workstation();
    const signed = await Promise.all([1, 2, 3, 4, 5].map((last) => signM2m(message(last), analyser)));
    for (const [index, { topic, payload }] of signed.entries()) {
      const expected = index < 4 ? { ok: true } : { ok: false, code: "m2m-crowded" };
      expect(await receiver.receive(topic, payload)).toMatchObject(expected);
    }
    state.now = instant(NOW + M2M_LIFE + seconds(1));
    const later = await signM2m({ ...message(6), at: state.now }, analyser);
    expect(await receiver.receive(later.topic, later.payload)).toMatchObject({ ok: true });
    const [first] = signed;
    expect(await receiver.receive(first?.topic ?? "", first?.payload ?? "")).toMatchObject({ code: "m2m-expired" });
  });
});
