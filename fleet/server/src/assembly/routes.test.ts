import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SimulatedFleet } from "../devices/testing/simulated-fleet.js";
import { type ApiServer, createApiServer } from "../platform/http/api-server.js";
import { inert } from "./api-documents/inert.js";
import { deviceRoutes, type Served } from "./routes.js";
import { problemTitles } from "./titles.js";

let fleet: SimulatedFleet;
let http: ApiServer;
let caller = "bed-7";

beforeEach(async () => {
  fleet = await SimulatedFleet.make();
  const devices = await fleet.open();
  await fleet.add("bed-7");
  await fleet.add("lab-1", "medical-device");
  await fleet.add("hub-1", "service");
  http = await createApiServer({
    logger: pino({ level: "silent" }),
    titles: problemTitles(),
    authorize: async () => undefined,
    offers: (access) => access === "device" || access === "public",
  });
  const callerOf = () => ({ device: caller, profile: "kiosk", serial: "1", notAfter: 0 });
  const staff = inert({ ways: { identify: async () => ({ ok: false, code: "identify-refused" }) } });
  const est = { enrol: async () => ({ ok: false, code: "token-refused" }) };
  const served = inert<Served>({ machines: { pki: inert({ est }), devices }, records: inert(), staff });
  deviceRoutes({ ...inert<Parameters<typeof deviceRoutes>[0]>(), http, callerOf }, served);
});
afterEach(async () => {
  await http.close();
  await fleet.remove();
});

const ABOUT_PEOPLE = [
  ["/v1/kiosk/identify", { way: "code", code: "ABCD-EFGH" }],
  ["/v1/kiosk/candidates", { operatorCode: "482910", search: "rossi" }],
  ["/v1/kiosk/lost-phone", { staffId: "anna-rossi", operatorCode: "482910" }],
  ["/v1/kiosk/ways", { staffId: "anna-rossi", operatorCode: "482910", give: "code" }],
  ["/v1/enrolments", { operatorCode: "482910", givenName: "Anna", familyName: "Rossi" }],
] as const;

async function codeOf(device: string, [url, payload]: (typeof ABOUT_PEOPLE)[number]): Promise<string> {
  caller = device;
  const answer = await http.inject({ method: "POST", url, payload });
  return `${answer.statusCode} ${answer.json<{ code: string }>().code}`;
}

describe("what is said about people over the devices' listener", () => {
  it("is for kiosks: a lab analyser's or a service's certificate guesses no PIN and enrols nobody", async () => {
    expect(await codeOf("bed-7", ABOUT_PEOPLE[0])).toBe("403 identify-refused");
    for (const call of ABOUT_PEOPLE) {
      expect([await codeOf("lab-1", call), await codeOf("hub-1", call)]).toEqual(["403 kiosk-only", "403 kiosk-only"]);
    }
  });

  it("is not for a kiosk that is quarantined, denied or unknown to the registry", async () => {
    const { denials } = fleet.devices;
    await denials.quarantine({ device: "bed-7", by: "it-anna", reason: "misbehaves" });
    for (const call of ABOUT_PEOPLE) expect(await codeOf("bed-7", call)).toBe("403 device-quarantined");
    await denials.deny({ device: "bed-7", by: "it-anna", reason: "stolen" });
    for (const call of ABOUT_PEOPLE) expect(await codeOf("bed-7", call)).toBe("403 device-denied");
    for (const call of ABOUT_PEOPLE) expect(await codeOf("bed-9", call)).toBe("403 device-unknown");
  });
});

describe("a stranger at the devices' listener", () => {
  it("fills no audit by inventing the names of devices", async () => {
    for (const name of ["bed-7", "bed-8", "bed-9", "x-1", "x-2"]) {
      const authorization = `Basic ${Buffer.from(`${name}:${"t".repeat(43)}`).toString("base64")}`;
      const headers = { authorization, "content-type": "application/pkcs10" };
      const url = "/.well-known/est/simpleenroll";
      expect((await http.inject({ method: "POST", url, headers, payload: "MAA=" })).statusCode).toBe(401);
    }
    const told = fleet.records.filter(({ kind }) => kind === "broker.refused");
    expect(told.map(({ body }) => body)).toEqual([
      { device: null, action: "connect", code: "token-refused", count: 1 },
    ]);
  });
});
