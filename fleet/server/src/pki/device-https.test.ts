import type { KeyObject } from "node:crypto";
import { days, hours } from "@wardkey/protocol";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newKey, requestFor } from "./testing/test-device.js";
import { TestPki } from "./testing/test-pki.js";
import { type ClientParts, TlsClient } from "./testing/tls-client.js";

let site: TestPki;
let clients: TlsClient[];
beforeEach(async () => {
  clients = [];
  site = await TestPki.make();
  await site.open();
});
afterEach(async () => {
  for (const client of clients) client.close();
  await site.remove();
});

type Identity = { certificate: Uint8Array; key: KeyObject };

async function enrolled(device: string): Promise<Identity> {
  const key = newKey();
  const request = requestFor(device, key);
  const made = await site.pki.est.enrol({ device, token: await site.token(device), profile: "kiosk", request });
  if (!made.ok) throw new Error(made.code);
  return { certificate: made.certificate, key };
}
async function open(parts: Partial<ClientParts> = {}): Promise<TlsClient> {
  const client = await TlsClient.open({ url: site.url, root: site.pki.rootCertificate, ...parts });
  clients.push(client);
  return client;
}
const WHOAMI = "/v1/device/whoami";
const base64 = (der: Uint8Array): string => Buffer.from(der).toString("base64");
const basic = (device: string, token: string): string =>
  `Basic ${Buffer.from(`${device}:${token}`).toString("base64")}`;
const PKCS10 = { "content-type": "application/pkcs10" };

describe("a revoked certificate", () => {
  it("is refused at the next request of a connection that is open", async () => {
    await site.serve();
    const client = await open({ identity: await enrolled("bed-7") });
    expect((await client.ask("GET", WHOAMI)).body).toEqual(expect.objectContaining({ device: "bed-7" }));
    await site.pki.deny({ device: "bed-7" });
    const { status, code } = await client.ask("GET", WHOAMI);
    expect({ status, code }).toEqual({ status: 403, code: "device-denied" });
  });

  it("is refused in a TLS session that was resumed after the denial without a certificate", async () => {
    await site.serve({ rotating: false });
    const identity = await enrolled("bed-7");
    const first = await open({ identity });
    expect((await first.ask("GET", WHOAMI)).status).toBe(200);
    const again = await open({ identity, session: first.session });
    expect(again.resumed).toBe(true);
    expect((await again.ask("GET", WHOAMI)).status).toBe(200);
    const [issued] = await site.pki.certificatesOf("bed-7");
    await site.pki.deny({ serial: issued?.serial ?? "" });
    const after = await open({ identity, session: first.session });
    expect(after.resumed).toBe(true);
    const { status, code } = await after.ask("GET", WHOAMI);
    expect({ status, code }).toEqual({ status: 403, code: "certificate-denied" });
  });

  it("finds no session to resume, because the denial changed the keys of tickets", async () => {
    await site.serve();
    const identity = await enrolled("bed-7");
    const first = await open({ identity });
    await first.ask("GET", WHOAMI);
    await site.pki.deny({ device: "bed-8" });
    const after = await open({ identity, session: first.session });
    expect(after.resumed).toBe(false);
    expect((await after.ask("GET", WHOAMI)).status).toBe(200);
  });

  it("that ran out is refused in a resumed session too, and may renew", async () => {
    await site.serve();
    const identity = await enrolled("bed-7");
    const first = await open({ identity });
    await first.ask("GET", WHOAMI);
    site.clock.move(hours(80));
    const after = await open({ identity, session: first.session });
    expect((await after.ask("GET", WHOAMI)).code).toBe("certificate-expired");
    const body = base64(requestFor("bed-7", newKey()));
    const renewed = await after.ask("POST", "/.well-known/est/simplereenroll", { headers: PKCS10, body });
    expect(renewed.status).toBe(200);
  });
});

describe("the device server", () => {
  it("goes on with a renewed certificate of its own", async () => {
    const earlier = await TestPki.make();
    try {
      earlier.clock.move(days(-70));
      const { rootCertificate: root, review } = await earlier.open();
      await earlier.serve();
      const before = (await open({ url: earlier.url, root })).serverKey;
      earlier.clock.move(days(46));
      await review();
      expect((await open({ url: earlier.url, root })).serverKey).not.toBe(before);
    } finally {
      await earlier.remove();
    }
  });

  it("limits the calls of one device, and of no other", async () => {
    await site.serve({ callsPerMinuteAndDevice: 3 });
    const seven = await open({ identity: await enrolled("bed-7") });
    const eight = await open({ identity: await enrolled("bed-8") });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) statuses.push((await seven.ask("GET", WHOAMI)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await eight.ask("GET", WHOAMI)).status).toBe(200);
    site.clock.move(hours(1));
    expect((await seven.ask("GET", WHOAMI)).status).toBe(200);
  });

  it("refuses the certificate of another site, and one of its own that is no identity", async () => {
    await site.serve();
    const other = await TestPki.make();
    try {
      await other.open();
      const key = newKey();
      const request = requestFor("bed-7", key);
      const token = await other.token("bed-7");
      const foreign = await other.pki.est.enrol({ device: "bed-7", token, profile: "kiosk", request });
      if (!foreign.ok) throw new Error(foreign.code);
      const stranger = await open({ identity: { certificate: foreign.certificate, key } });
      expect((await stranger.ask("GET", WHOAMI)).code).toBe("certificate-untrusted");
    } finally {
      await other.remove();
    }
    const identity = await enrolled("bed-7");
    const reader = await site.pki.est.enrolReader({ peer: identity, request: requestFor("bed-7", identity.key) });
    if (!reader.ok) throw new Error(reader.code);
    const misused = await open({ identity: { certificate: reader.certificate, key: identity.key } });
    expect((await misused.ask("GET", WHOAMI)).code).toBe("certificate-usage");
  });

  it("asks who has no certificate for one, and answers problems in words", async () => {
    await site.serve();
    const { status, headers, body } = await (await open()).ask("GET", WHOAMI);
    expect({ status, body }).toEqual({
      status: 401,
      body: {
        type: "urn:wardkey:problem:certificate-missing",
        title: "Present the device's certificate in the TLS handshake",
        status: 401,
        code: "certificate-missing",
      },
    });
    expect(headers).toMatch(/application\/problem\+json/);
  });
});

describe("enrolment over EST", () => {
  const wrong: Record<string, [number, string, { headers?: Record<string, string>; body?: string; path?: string }]> = {
    "without a ticket": [401, "token-refused", { body: base64(requestFor("bed-7", newKey())) }],
    "with another scheme": [
      401,
      "token-refused",
      { headers: { authorization: "Bearer x" }, body: base64(requestFor("bed-7", newKey())) },
    ],
    "with a ticket that nobody issued": [
      401,
      "token-refused",
      { headers: { authorization: basic("bed-7", "x".repeat(43)) }, body: base64(requestFor("bed-7", newKey())) },
    ],
    "with bytes that are no base64": [400, "csr-malformed", { body: "-----BEGIN CERTIFICATE REQUEST-----" }],
    "with nothing": [400, "csr-malformed", { body: "" }],
    "with another type of content": [
      415,
      "unsupported-media-type",
      { headers: { "content-type": "text/plain" }, body: "x" },
    ],
    "with JSON": [415, "csr-content-type", { headers: { "content-type": "application/json" }, body: "{}" }],
    "with a body above the size": [413, "too-large", { body: "A".repeat(9_000) }],
    "under an unknown label": [404, "not-found", { path: "/.well-known/est/admin/simpleenroll", body: "AAAA" }],
    "for a reader without an identity": [
      401,
      "certificate-missing",
      { path: "/.well-known/est/reader/simpleenroll", body: base64(requestFor("bed-7", newKey())) },
    ],
    "as a renewal without an identity": [
      401,
      "certificate-missing",
      { path: "/.well-known/est/simplereenroll", body: base64(requestFor("bed-7", newKey())) },
    ],
  };
  it("is refused with a code for every wrong request, and the server goes on", async () => {
    await site.serve();
    const seen: Record<string, [number, string | null]> = {};
    for (const [name, [, , { headers, body, path }]] of Object.entries(wrong)) {
      const client = await open();
      const answer = await client.ask("POST", path ?? "/.well-known/est/simpleenroll", {
        headers: { ...PKCS10, ...headers },
        body: body ?? "",
      });
      seen[name] = [answer.status, answer.code];
    }
    expect(seen).toEqual(
      Object.fromEntries(Object.entries(wrong).map(([name, [status, code]]) => [name, [status, code]])),
    );
    const token = await site.token("bed-7");
    const body = base64(requestFor("bed-7", newKey()));
    const headers = { ...PKCS10, authorization: basic("bed-7", token) };
    const good = await (await open()).ask("POST", "/.well-known/est/simpleenroll", { headers, body });
    expect(good.status).toBe(200);
    expect(good.headers).toMatch(/application\/pkcs7-mime; smime-type=certs-only/);
  });

  it("survives any bytes, under any label and with any credentials", async () => {
    const { http } = await site.serve();
    const paths = ["/simpleenroll", "/kiosk/simpleenroll", "/reader/simpleenroll", "/service/simplereenroll"];
    const request = base64(requestFor("bed-7", newKey()));
    const garbled = fc
      .tuple(fc.nat(request.length), fc.string({ maxLength: 60, unit: "binary" }))
      .map(([at, text]) => request.slice(0, at) + text + request.slice(at + text.length));
    const asked = fc.record({
      path: fc.constantFrom(...paths),
      body: fc.oneof(garbled, fc.string({ maxLength: 300 }), fc.base64String({ maxLength: 8_000 })),
      credentials: fc.oneof(fc.base64String({ maxLength: 200 }), fc.constant(basic("bed-7", "x".repeat(43)).slice(6))),
    });
    await fc.assert(
      fc.asyncProperty(asked, async ({ path, body, credentials }) => {
        const headers = { ...PKCS10, authorization: `Basic ${credentials}` };
        const answer = await http.inject({ method: "POST", url: `/.well-known/est${path}`, headers, payload: body });
        expect([400, 401, 413, 415]).toContain(answer.statusCode);
      }),
      { numRuns: process.env["WARDKEY_CAMPAIGN"] === "1" ? 20_000 : 300 },
    );
    expect(await site.pki.certificatesOf("bed-7")).toEqual([]);
  });

  it("gives a device that asks in a loop no more until an hour is over", async () => {
    await site.serve();
    const client = await open({ identity: await enrolled("bed-7") });
    const body = base64(requestFor("bed-7", newKey()));
    const renew = () => client.ask("POST", "/.well-known/est/simplereenroll", { headers: PKCS10, body });
    const statuses = new Set<number>();
    for (let asked = 0; asked < 119; asked += 1) statuses.add((await renew()).status);
    expect(statuses).toEqual(new Set([200]));
    const { status, code, headers } = await renew();
    expect({ status, code }).toEqual({ status: 429, code: "rate-limited" });
    expect(headers).toMatch(/retry-after: 3600/);
    site.clock.move(hours(1));
    expect((await renew()).status).toBe(200);
  });

  it("tells the audit what it refused, by claim and code", async () => {
    const told: unknown[] = [];
    await site.serve({ refused: (attempt) => told.push(attempt) });
    const body = base64(requestFor("bed-8", newKey()));
    const headers = { ...PKCS10, authorization: basic("bed-7", await site.token("bed-7")) };
    expect((await (await open()).ask("POST", "/.well-known/est/simpleenroll", { headers, body })).status).toBe(400);
    expect(told).toEqual([{ device: "bed-7", code: "csr-name" }]);
  });
});
