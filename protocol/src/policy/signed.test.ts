import { describe, expect, it } from "vitest";
import { createSigner } from "../credential/p256.js";
import { POLICY_USAGE_OID, policyUri } from "../credential/site-trust.js";
import { issueRoot, issueSigner, KEYS, NOW, SITE, trustOf } from "../tap/test-support/site.js";
import { after, days, instant, seconds } from "../units.js";
import type { PolicyDocument } from "./document.js";
import { policyBytes, policyDigest, signPolicy, verifyPolicy } from "./signed.js";
import { contentOf } from "./test-support/arbitrary.js";

const trust = trustOf(issueRoot(KEYS.root));
const issuer = {
  chain: [issueSigner({ usage: POLICY_USAGE_OID, uri: policyUri(SITE) })],
  sign: createSigner(KEYS.signer.privateKey),
};
const document: PolicyDocument = {
  ...contentOf({ site: SITE }),
  version: 7,
  issuedAt: NOW,
  expiresAt: after(NOW, days(2)),
};

describe("a signed policy", () => {
  it("is read back with the digest of its exact bytes", async () => {
    const { jws, digest } = await signPolicy(document, issuer);
    expect(digest).toBe(policyDigest(policyBytes(document)));
    const verified = verifyPolicy(jws, { trust, at: NOW });
    expect(verified).toMatchObject({ ok: true, policy: { document, digest } });
  });

  it("in which any byte was changed is refused", async () => {
    const { jws } = await signPolicy(document, issuer);
    const step = Math.ceil(jws.length / 200);
    for (let at = 0; at < jws.length; at += step) {
      const changed = `${jws.slice(0, at)}${jws[at] === "A" ? "B" : "A"}${jws.slice(at + 1)}`;
      expect(verifyPolicy(changed, { trust, at: NOW }).ok).toBe(false);
    }
  });

  it("that expired is refused, unless its keeper asks for it all the same", async () => {
    const { jws } = await signPolicy(document, issuer);
    const at = after(NOW, days(3));
    expect(verifyPolicy(jws, { trust, at })).toEqual({ ok: false, code: "policy-expired" });
    expect(verifyPolicy(jws, { trust, at, expired: "accepted" })).toMatchObject({ ok: true });
  });

  it("of the future is refused, a minute of clocks apart allowed", async () => {
    const signedIn = async (later: number) => (await signPolicy({ ...document, issuedAt: NOW + later }, issuer)).jws;
    const read = (jws: string) => verifyPolicy(jws, { trust, at: NOW });
    expect(read(await signedIn(seconds(59))).ok).toBe(true);
    expect(read(await signedIn(seconds(61)))).toEqual({ ok: false, code: "policy-not-yet-valid" });
  });

  it("is not signed at all when it contradicts itself or was never parsed", async () => {
    const idle = { ...document, base: { ...document.base, "idle.lockSeconds": 3_600 } };
    await expect(signPolicy(idle, issuer)).rejects.toMatchObject({ code: "policy-invalid" });
    const unread = JSON.parse(JSON.stringify({ ...document, version: 0 }));
    await expect(signPolicy(unread, issuer)).rejects.toMatchObject({ code: "policy-invalid" });
  });

  it("is no other kind of message, and no other kind is a policy", async () => {
    const { jws } = await signPolicy(document, issuer);
    const [, payload, signature] = jws.split(".");
    const header = JSON.parse(Buffer.from(jws.split(".")[0] ?? "", "base64url").toString("utf8"));
    const retyped = Buffer.from(JSON.stringify({ ...header, typ: "wardkey-down+jwt" })).toString("base64url");
    expect(verifyPolicy(`${retyped}.${payload}.${signature}`, { trust, at: NOW })).toEqual({
      ok: false,
      code: "policy-malformed",
    });
    expect(instant(document.issuedAt)).toBe(NOW);
  });
});
