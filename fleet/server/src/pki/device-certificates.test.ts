import { createHash } from "node:crypto";
import { hours } from "@wardkey/protocol";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiServer, createApiServer } from "../platform/http/api-server.js";
import { mergeProblemTitles, platformProblemTitles } from "../platform/http/problem.js";
import { certificateRoutes, type EstOutcome, pkiProblemTitles } from "./index.js";
import { newKey, requestFor } from "./testing/test-device.js";
import { TestPki } from "./testing/test-pki.js";

let site: TestPki;
let server: ApiServer;
beforeEach(async () => {
  site = await TestPki.opened();
  server = await createApiServer({
    logger: pino({ level: "silent" }),
    titles: mergeProblemTitles(platformProblemTitles, pkiProblemTitles),
    authorize: async () => undefined,
    offers: () => true,
  });
  certificateRoutes(server, {
    certificates: (device, page) => site.pki.shownCertificates(device, page),
    knows: (device) => site.names.has(device),
  });
});
afterEach(async () => {
  await server.close();
  await site.remove();
});

async function enrolled(device: string, replace = false): Promise<Uint8Array> {
  const ticket = await site.pki.issueTicket({ device, profile: "kiosk", ttl: hours(1), replace });
  if (!ticket.ok) throw new Error(ticket.code);
  const { token } = ticket.ticket;
  return good(await site.pki.est.enrol({ device, token, profile: "kiosk", request: requestFor(device, newKey()) }));
}

function good(made: EstOutcome): Uint8Array {
  if (!made.ok) throw new Error(made.code);
  return made.certificate;
}

const shown = async (path: string) => (await server.inject(`/v1/devices/${path}`)).json();
const states = async (): Promise<string[]> =>
  (await shown("bed-7/certificates")).certificates.map(({ state }: { state: string }) => state);

describe("the certificates of a device", () => {
  it("are shown with all that somebody compares them by", async () => {
    const der = await enrolled("bed-7");
    const [logged] = await site.pki.certificatesOf("bed-7");
    expect(await shown("bed-7/certificates")).toEqual({
      total: 1,
      certificates: [
        {
          serial: expect.stringMatching(/^[0-9a-f]{16,40}$/),
          usage: "identity",
          subject: expect.stringContaining("CN=bed-7"),
          issuer: expect.stringContaining("St Mary"),
          notBefore: logged?.notBefore,
          notAfter: logged?.notAfter,
          fingerprint: createHash("sha256").update(der).digest("hex"),
          keyType: "EC P-256",
          state: "in-force",
        },
      ],
    });
  });

  it("come by page, the newest first", async () => {
    const made = [await enrolled("bed-7")];
    for (const hour of [12, 24]) {
      site.clock.move(hours(12));
      const request = requestFor("bed-7", newKey());
      const peer = { certificate: made.at(-1) ?? new Uint8Array(0) };
      made.push(good(await site.pki.est.renew({ peer, profile: "kiosk", request })));
      expect((await shown("bed-7/certificates")).total).toBe(1 + hour / 12);
    }
    const all = made.map((der) => createHash("sha256").update(der).digest("hex")).reverse();
    const prints = async (search: string) =>
      (await shown(`bed-7/certificates?${search}`)).certificates.map(
        (each: { fingerprint: string }) => each.fingerprint,
      );
    expect([await prints("limit=2"), await prints("limit=2&from=2")]).toEqual([all.slice(0, 2), all.slice(2)]);
  });

  it("end by themselves, or are denied with their device; a new one after that is in force", async () => {
    await enrolled("bed-7");
    expect(await states()).toEqual(["in-force"]);
    site.clock.move(hours(25));
    expect(await states()).toEqual(["ended"]);
    await site.pki.denyDevice("bed-7");
    expect(await states()).toEqual(["denied"]);
    await enrolled("bed-7", true);
    expect(await states()).toEqual(["in-force", "denied"]);
  });

  it("of a device that nobody knows are none, and no bad page is answered", async () => {
    expect(await shown("bed-9/certificates")).toMatchObject({ status: 404, code: "device-unknown" });
    expect(await shown("bed-8/certificates")).toEqual({ total: 0, certificates: [] });
    expect(await shown("bed-8/certificates?limit=201")).toMatchObject({ status: 400, code: "malformed" });
  });
});
