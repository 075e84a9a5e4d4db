import fc from "fast-check";
import { compactVerify, importX509 } from "jose";
import { describe, expect, it } from "vitest";
import { createSigner } from "../credential/p256.js";
import {
  DEVICE_USAGE_OID,
  DOWNLINK_USAGE_OID,
  deviceUri,
  downlinkUri,
  POLICY_USAGE_OID,
  SIGNER_USAGE_OID,
} from "../credential/site-trust.js";
import { issueCertificate, keyUsage, uris, usages } from "../tap/test-support/certificates.js";
import { issueRoot, issueSigner, KEYS, NOW, ROOT_SUBJECT, SITE, trustOf } from "../tap/test-support/site.js";
import { days, hours, type Instant, instant, minutes } from "../units.js";
import { EpochMemory, signDownward, signStatement, TO_ALL, verifyDownward, verifyStatement } from "./signed.js";

const trust = trustOf(issueRoot(KEYS.root));
const DEVICE = "analyser-1";
const downlink = {
  chain: [issueSigner({ usage: DOWNLINK_USAGE_OID, uri: downlinkUri(SITE) })],
  sign: createSigner(KEYS.signer.privateKey),
};
const identityOf = (device: string, notAfter: Instant = instant(NOW + days(1))) => ({
  chain: [
    issueCertificate(
      {
        serial: 5,
        subject: { commonName: device, organization: SITE, unit: "medical-device" },
        publicKey: KEYS.reader.publicKey,
        notBefore: instant(NOW - hours(1)),
        notAfter,
        extensions: [keyUsage(0x80), usages(true, DEVICE_USAGE_OID), uris(deviceUri(SITE, device))],
      },
      { subject: ROOT_SUBJECT, privateKey: KEYS.root.privateKey },
    ),
  ],
  sign: createSigner(KEYS.reader.privateKey),
});

const id = (last: number): string => `01a3a0c0-0000-7000-8000-${last.toString().padStart(12, "0")}`;
const draft = {
  site: SITE,
  audience: DEVICE,
  epoch: 3,
  kind: "command" as const,
  body: { command: "lock" as const },
  issuedAt: NOW,
  expiresAt: instant(NOW + minutes(1)),
  id: id(1),
};
const check = { trust, device: DEVICE, kind: "command" as const, at: NOW };

describe("what the fleet says", () => {
  it("is read by the device that it is for, and by every device when it is for all", async () => {
    const message = {
      v: 1,
      iss: SITE,
      iat: NOW / 1_000,
      exp: NOW / 1_000 + 60,
      jti: id(1),
      epoch: 3,
      kind: "command",
      body: draft.body,
    };
    expect(await verifyDownward(await signDownward(draft, downlink), check)).toEqual({
      ok: true,
      message: { ...message, aud: DEVICE },
    });
    const toAll = await signDownward({ ...draft, audience: TO_ALL }, downlink);
    expect(await verifyDownward(toAll, { ...check, device: "another" })).toEqual({
      ok: true,
      message: { ...message, aud: TO_ALL },
    });
  });

  it("is a compact JWS that another library verifies with the certificate in its header", async () => {
    const jws = await signDownward(draft, downlink);
    const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(downlink.chain[0] ?? []).toString("base64")}\n-----END CERTIFICATE-----`;
    const { payload, protectedHeader } = await compactVerify(jws, await importX509(pem, "ES256"));
    expect(protectedHeader).toMatchObject({ alg: "ES256", typ: "wardkey-down+jwt" });
    expect(JSON.parse(new TextDecoder().decode(payload))).toMatchObject({ aud: DEVICE, kind: "command" });
  });

  const signedWith = (usage: string) => ({ ...downlink, chain: [issueSigner({ usage, uri: downlinkUri(SITE) })] });
  const cases: readonly [string, string, () => Promise<string>, Partial<typeof check>][] = [
    ["for another device", "downward-audience", () => signDownward({ ...draft, audience: "another" }, downlink), {}],
    ["of another kind", "downward-kind", () => signDownward(draft, downlink), { kind: "desired" as never }],
    ["of another site", "downward-site", () => signDownward({ ...draft, site: "san-marco" }, downlink), {}],
    ["that has ended", "downward-expired", () => signDownward(draft, downlink), { at: instant(NOW + minutes(1) + 1) }],
    [
      "from the future",
      "downward-not-yet-valid",
      () => signDownward(draft, downlink),
      { at: instant(NOW - minutes(2)) },
    ],
    [
      "signed by the key of credentials",
      "certificate-usage",
      () => signDownward(draft, signedWith(SIGNER_USAGE_OID)),
      {},
    ],
    ["signed by the key of policies", "certificate-usage", () => signDownward(draft, signedWith(POLICY_USAGE_OID)), {}],
    ["signed by a device", "certificate-usage", () => signDownward(draft, identityOf(DEVICE)), {}],
    [
      "signed by a stranger",
      "certificate-untrusted",
      () =>
        signDownward(draft, {
          ...downlink,
          chain: [issueSigner({ usage: DOWNLINK_USAGE_OID, issuerKeys: KEYS.rogueRoot })],
        }),
      {},
    ],
    [
      "signed with another key",
      "downward-signature",
      () => signDownward(draft, { ...downlink, sign: createSigner(KEYS.rogueRoot.privateKey) }),
      {},
    ],
  ];
  it.each(cases)("%s is refused (%s)", async (_name, code, make, bend) => {
    expect(await verifyDownward(await make(), { ...check, ...bend })).toEqual({ ok: false, code });
  });

  it("is refused with any one character changed", async () => {
    const jws = await signDownward(draft, downlink);
    const alphabet = "ABab01-_.";
    for (let at = 0; at < jws.length; at += 1) {
      const other = [...alphabet].find((letter) => letter !== jws[at]) ?? "A";
      const changed = jws.slice(0, at) + other + jws.slice(at + 1);
      expect((await verifyDownward(changed, check)).ok, `at ${at}`).toBe(false);
    }
  });

  it("is never believed for what its header asks: no algorithm, a symmetric one, a key or a link", async () => {
    const [header = "", payload = "", signature = ""] = (await signDownward(draft, downlink)).split(".");
    const known = JSON.parse(Buffer.from(header, "base64url").toString());
    for (const bend of [
      { alg: "none" },
      { alg: "HS256" },
      { jku: "https://x" },
      { jwk: {} },
      { crit: ["b64"], b64: false },
      { x5c: [] },
    ]) {
      const altered = Buffer.from(JSON.stringify({ ...known, ...bend })).toString("base64url");
      expect(await verifyDownward(`${altered}.${payload}.${signature}`, check)).toEqual({
        ok: false,
        code: "downward-malformed",
      });
    }
  });

  it("takes any garbage for what it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 300 }), async (garbage) => {
        expect(await verifyDownward(garbage, check)).toEqual({ ok: false, code: "downward-malformed" });
      }),
    );
    expect(await verifyDownward("a".repeat(300_000), check)).toEqual({ ok: false, code: "downward-malformed" });
  });

  it("cannot be signed when no device would read it", async () => {
    await expect(signDownward({ ...draft, body: { command: "dance" } as never }, downlink)).rejects.toMatchObject({
      code: "downward-invalid",
    });
  });
});

describe("a memory of epochs", () => {
  it("obeys what is new once, knows the very message again, and refuses what is older, over a restart too", () => {
    const memory = new EpochMemory();
    const at = (epoch: number, jti: string) => ({ kind: "desired" as const, aud: DEVICE, epoch, jti });
    expect([at(3, id(1)), at(3, id(1)), at(2, id(2)), at(4, id(3))].map((each) => memory.accept(each))).toEqual([
      "new",
      "known",
      "old",
      "new",
    ]);
    const again = EpochMemory.from(JSON.parse(JSON.stringify(memory)));
    expect([at(3, id(4)), at(4, id(3)), at(5, id(5))].map((each) => again.accept(each))).toEqual([
      "old",
      "known",
      "new",
    ]);
    expect(() => EpochMemory.from({ "desired x": { epoch: -1, id: "no" } })).toThrow(
      expect.objectContaining({ code: "epochs-malformed" }),
    );
  });
});

describe("what a device states", () => {
  const statement = {
    site: SITE,
    device: DEVICE,
    to: "workstation-4",
    kind: "m2m.result",
    body: { code: "GLU", value: 5.4 },
    id: id(9),
    issuedAt: NOW,
    expiresAt: instant(NOW + minutes(1)),
  };
  const reading = { trust, at: NOW, kind: "m2m.result", to: "workstation-4" };

  it("holds beyond its connection: who said it, to whom, and what", async () => {
    const jws = await signStatement(statement, identityOf(DEVICE));
    expect(await verifyStatement(jws, reading)).toMatchObject({
      ok: true,
      statement: { ...statement, profile: "medical-device", serial: "05" },
    });
  });

  const cases: readonly [string, string, () => Promise<string>, Partial<typeof reading>][] = [
    [
      "to somebody else",
      "statement-audience",
      () => signStatement({ ...statement, to: "workstation-5" }, identityOf(DEVICE)),
      {},
    ],
    [
      "to nobody",
      "statement-audience",
      () => signStatement({ ...statement, to: null as never }, identityOf(DEVICE)),
      {},
    ],
    [
      "of another kind",
      "statement-kind",
      () => signStatement({ ...statement, kind: "checkpoint" }, identityOf(DEVICE)),
      {},
    ],
    [
      "in another's name",
      "statement-site",
      () => signStatement({ ...statement, device: "analyser-2" }, identityOf(DEVICE)),
      {},
    ],
    [
      "with a certificate that has ended",
      "certificate-expired",
      () => signStatement(statement, identityOf(DEVICE, instant(NOW - minutes(1)))),
      {},
    ],
    ["by the fleet itself", "certificate-usage", () => signStatement(statement, downlink), {}],
    [
      "that has ended",
      "statement-expired",
      () => signStatement(statement, identityOf(DEVICE)),
      { at: instant(NOW + minutes(2)) },
    ],
  ];
  it.each(cases)("%s is refused (%s)", async (_name, code, make, bend) => {
    expect(await verifyStatement(await make(), { ...reading, ...bend })).toEqual({ ok: false, code });
  });
});
