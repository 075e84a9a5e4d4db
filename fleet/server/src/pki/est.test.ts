import { after, days, hours, minutes } from "@wardkey/protocol";
import { verifyDevice, verifyReader } from "@wardkey/protocol/credential";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newKey, requestFor } from "./testing/test-device.js";
import { TestPki } from "./testing/test-pki.js";

let site: TestPki;
beforeEach(async () => {
  site = await TestPki.make();
  await site.open();
});
afterEach(() => site.remove());

const key = newKey();
const enrol = (token: string, over: Partial<Parameters<TestPki["pki"]["est"]["enrol"]>[0]> = {}) =>
  site.pki.est.enrol({ device: "bed-7", token, profile: "kiosk", request: requestFor("bed-7", key), ...over });

async function enrolled(
  device = "bed-7",
  profile: "kiosk" | "medical-device" | "service" = "kiosk",
): Promise<Uint8Array> {
  const token = await site.token(device, profile);
  const made = await site.pki.est.enrol({ device, token, profile, request: requestFor(device, key) });
  if (!made.ok) throw new Error(made.code);
  return made.certificate;
}
const renew = (certificate: Uint8Array, device = "bed-7") =>
  site.pki.est.renew({ peer: { certificate }, profile: "kiosk", request: requestFor(device, key) });
const codeOf = (outcome: { ok: boolean; code?: string }): string => (outcome.ok ? "ok" : String(outcome.code));

describe("a ticket", () => {
  it("carries what a device needs to find and to know its site", async () => {
    const issued = await site.pki.issueTicket({ device: "bed-7", profile: "kiosk", ttl: hours(1) });
    expect(issued).toEqual({
      ok: true,
      ticket: {
        v: 1,
        site: "st-mary",
        device: "bed-7",
        profile: "kiosk",
        token: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
        rootDigest: site.pki.rootDigest,
        deviceUrl: site.url,
        expiresAt: site.clock.now() + hours(1),
      },
    });
  });

  it("gives an identity that lives for 24 hours and leads to the root", async () => {
    const chain = site.pki.chainOf(await enrolled());
    const checked = verifyDevice(chain, site.pki.trust(), site.clock.now());
    expect(checked).toEqual({
      ok: true,
      device: expect.objectContaining({ site: "st-mary", device: "bed-7", profile: "kiosk" }),
    });
    expect(codeOf(verifyDevice(chain, site.pki.trust(), after(site.clock.now(), hours(25))))).toBe(
      "certificate-expired",
    );
  });

  it("answers the same certificate to the same key until it ends, and nothing to another", async () => {
    const token = await site.token("bed-7");
    const first = await enrol(token);
    expect(await enrol(token)).toEqual(first);
    expect(codeOf(await enrol(token, { request: requestFor("bed-7", newKey()) }))).toBe("token-used");
    site.clock.move(minutes(61));
    expect(codeOf(await enrol(token))).toBe("token-expired");
  });

  it("is spent once, however many ask at the same time", async () => {
    const token = await site.token("bed-7");
    const keys = Array.from({ length: 6 }, newKey);
    const outcomes = await Promise.all(keys.map((one) => enrol(token, { request: requestFor("bed-7", one) })));
    expect(outcomes.map(codeOf).sort()).toEqual(["ok", ...Array.from({ length: 5 }, () => "token-used")]);
    expect(await site.pki.certificatesOf("bed-7")).toHaveLength(1);
  });

  it("survives a restart, and so does its having been spent", async () => {
    const token = await site.token("bed-7");
    await site.close();
    await site.open();
    const first = await enrol(token);
    await site.close();
    await site.open();
    expect(await enrol(token)).toEqual(first);
    expect(codeOf(await enrol(token, { request: requestFor("bed-7", newKey()) }))).toBe("token-used");
  });

  it("is refused with a code, and stays good for whom it was made", async () => {
    const token = await site.token("bed-7");
    const wrong = {
      "token-refused": await enrol("x".repeat(43)),
      "token-other-device": await enrol(token, { device: "bed-8", request: requestFor("bed-8", key) }),
      "csr-name": await enrol(token, { request: requestFor("bed-8", key) }),
      "csr-malformed": await enrol(token, { request: new Uint8Array(40) }),
    };
    for (const [code, outcome] of Object.entries(wrong)) expect(outcome).toEqual({ ok: false, code });
    expect(codeOf(await enrol(token, { profile: "service" }))).toBe("token-other-device");
    expect(codeOf(await enrol(token))).toBe("ok");
  });

  it("gives way to the next one for the same device", async () => {
    const first = await site.token("bed-7");
    const second = await site.token("bed-7");
    expect(codeOf(await enrol(first))).toBe("token-refused");
    expect(codeOf(await enrol(second))).toBe("ok");
  });

  it("is not issued for an unknown, an enrolled or a denied device", async () => {
    const ask = (device: string, replace = false) =>
      site.pki.issueTicket({ device, profile: "kiosk", ttl: hours(1), replace }).then(codeOf);
    expect(await ask("bed-99")).toBe("device-unknown");
    await enrolled();
    expect(await ask("bed-7")).toBe("device-enrolled");
    await site.pki.deny({ device: "bed-7" });
    expect(await ask("bed-7")).toBe("device-denied");
    expect(await ask("bed-7", true)).toBe("ok");
  });

  it("that replaces denies every earlier certificate, also one that could still renew, and lets the name in again", async () => {
    const old = await enrolled();
    site.clock.move(days(10));
    await site.pki.deny({ device: "bed-7" });
    const issued = await site.pki.issueTicket({ device: "bed-7", profile: "kiosk", ttl: hours(1), replace: true });
    if (!issued.ok) throw new Error(issued.code);
    const fresh = await enrol(issued.ticket.token, { request: requestFor("bed-7", newKey()) });
    if (!fresh.ok) throw new Error(fresh.code);
    const admitted = await site.pki.admit({ certificate: fresh.certificate, resumed: false });
    expect(admitted).toEqual({
      ok: true,
      device: "bed-7",
      profile: "kiosk",
      serial: expect.any(String),
      notAfter: expect.any(Number),
    });
    expect(codeOf(await renew(old))).toBe("certificate-denied");
    expect(site.pki.denyList().devices).toEqual([]);
  });
});

describe("renewal", () => {
  it("gives a new identity to the device itself, also with another key", async () => {
    const certificate = await enrolled();
    const next = await site.pki.est.renew({
      peer: { certificate },
      profile: "kiosk",
      request: requestFor("bed-7", newKey()),
    });
    expect(codeOf(next)).toBe("ok");
    expect(await site.pki.certificatesOf("bed-7")).toHaveLength(2);
  });

  it("brings a device back that was away for 80 hours, unaided", async () => {
    const certificate = await enrolled();
    site.clock.move(hours(80));
    expect(codeOf(await site.pki.admit({ certificate, resumed: false }))).toBe("certificate-expired");
    const next = await renew(certificate);
    if (!next.ok) throw new Error(next.code);
    expect(codeOf(await site.pki.admit({ certificate: next.certificate, resumed: false }))).toBe("ok");
  });

  it("takes a certificate until 30 days after its end, and not a minute longer", async () => {
    const certificate = await enrolled();
    site.clock.move(minutes(31 * 24 * 60 - 1));
    expect(codeOf(await renew(certificate))).toBe("ok");
    site.clock.move(minutes(2));
    expect(codeOf(await renew(certificate))).toBe("certificate-expired");
  });

  it("is refused to the denied, under another name or profile, and without a certificate", async () => {
    const certificate = await enrolled();
    const { est } = site.pki;
    const request = requestFor("bed-7", key);
    expect(codeOf(await est.renew({ peer: null, profile: "kiosk", request }))).toBe("certificate-missing");
    expect(codeOf(await est.renew({ peer: { certificate }, profile: "service", request }))).toBe("profile-refused");
    expect(codeOf(await renew(certificate, "bed-8"))).toBe("csr-name");
    await site.pki.deny({ device: "bed-7" });
    expect(codeOf(await renew(certificate))).toBe("device-denied");
  });
});

describe("a reader certificate", () => {
  const ask = (certificate: Uint8Array, device = "bed-7") =>
    site.pki.est.enrolReader({ peer: { certificate }, request: requestFor(device, newKey()) });

  it("says the name and ward of the registry, and phones follow it to the root", async () => {
    const made = await ask(await enrolled());
    if (!made.ok) throw new Error(made.code);
    const checked = verifyReader(site.pki.chainOf(made.certificate), site.pki.trust(), site.clock.now());
    expect(checked).toEqual({
      ok: true,
      reader: expect.objectContaining({ kiosk: "bed-7", name: "BED-7", ward: "Ward 3", site: "st-mary" }),
    });
  });

  it("is made anew for the same key at half its life and under a new name, and not before", async () => {
    await ask(await enrolled());
    const of = { kiosk: "bed-7", name: "BED-7", ward: "Ward 3" };
    const first = await site.pki.reader(of);
    expect(await site.pki.reader(of)).toEqual(first);
    const renamed = await site.pki.reader({ ...of, ward: "Ward 4" });
    expect(renamed?.chain[0]).not.toEqual(first?.chain[0]);
    site.clock.move(days(16));
    const later = await site.pki.reader({ ...of, ward: "Ward 4" });
    expect(later?.notAfter).toBe(Math.floor((site.clock.now() + days(30)) / 1_000) * 1_000);
    expect(await site.pki.reader({ ...of, kiosk: "bed-8" })).toBe(null);
  });

  it("is refused to services, to identities that ran out and to readers themselves", async () => {
    expect(codeOf(await ask(await enrolled("gateway", "service"), "gateway"))).toBe("profile-refused");
    const identity = await enrolled();
    const reader = await ask(identity);
    if (!reader.ok) throw new Error(reader.code);
    expect(codeOf(await ask(reader.certificate))).toBe("certificate-usage");
    site.names.delete("bed-7");
    expect(codeOf(await ask(identity))).toBe("device-unknown");
    site.clock.move(hours(25));
    expect(codeOf(await ask(identity))).toBe("certificate-expired");
  });
});
