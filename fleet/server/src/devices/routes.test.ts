import { createHash } from "node:crypto";
import type { Role } from "@wardkey/protocol/fleet";
import { DeviceConnection, DeviceLease, DevicePairs } from "@wardkey/protocol/fleet";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiServer, createApiServer } from "../platform/http/api-server.js";
import { deviceAdminRoutes } from "./adapters/admin-routes.js";
import { DeviceDetail, DevicePage } from "./adapters/admin-schemas.js";
import { kioskRoutes } from "./adapters/kiosk-routes.js";
import { deviceProblemTitles } from "./adapters/problem-titles.js";
import { envelope, healthyReport, NOON } from "./testing/reports.js";
import { SimulatedFleet } from "./testing/simulated-fleet.js";

const logger = pino({ level: "silent" });
let fleet: SimulatedFleet;
let devicesSide: ApiServer;
let adminSide: ApiServer;
let caller = "bed-7";
let role: Role = "administrator";

beforeEach(async () => {
  fleet = await SimulatedFleet.make();
  const devices = await fleet.open();
  await fleet.add("bed-7");
  const common = { logger, titles: deviceProblemTitles };
  devicesSide = await createApiServer({
    ...common,
    authorize: async () => undefined,
    offers: (access) => access === "device",
  });
  kioskRoutes(devicesSide, { desk: devices.desk, callerOf: () => ({ device: caller }) });
  adminSide = await createApiServer({
    ...common,
    authorize: async (request) => {
      request.caller = { administrator: { id: "it-anna", name: "Anna", role }, via: { kind: "page", id: null } };
    },
    offers: (access) => typeof access === "object",
  });
  const proposeWipe = async () => ({ id: "p1", digest: "d", needs: 2 as const, expiresAt: 9 });
  deviceAdminRoutes(adminSide, { devices, proposeWipe, now: () => fleet.time.now() });
  caller = "bed-7";
  role = "administrator";
});
afterEach(async () => {
  await devicesSide.close();
  await adminSide.close();
  await fleet.remove();
});

async function admin(method: "GET" | "POST" | "PATCH", url: string, body?: object) {
  const answer = await adminSide.inject({ method, url, ...(body === undefined ? {} : { payload: body }) });
  const json: unknown = answer.json();
  const code = typeof json === "object" && json !== null && "code" in json ? json.code : null;
  return { status: answer.statusCode, body: json, code };
}

describe("what a device fetches with its certificate", () => {
  it("is where it finds what, its pairs and its lease", async () => {
    const connection = DeviceConnection.parse((await devicesSide.inject("/v1/device/connection")).json());
    expect(connection).toEqual({
      ...{
        site: "st-mary",
        siteName: "St Mary",
        device: "bed-7",
        name: "Name of bed-7",
        ward: "Ward 3B",
        kind: "kiosk",
      },
      ...{ tags: [], mqttUrl: "mqtts://localhost:7432", now: NOON },
    });
    expect(DevicePairs.parse((await devicesSide.inject("/v1/device/pairs")).json())).toEqual({
      v: 1,
      sends: [],
      receives: [],
    });
    const lease = DeviceLease.parse((await devicesSide.inject("/v1/kiosk/lease")).json());
    expect(lease).toMatchObject({
      status: Buffer.from("status of bed-7").toString("base64url"),
      readerChain: [Buffer.from("bed-7 Name of bed-7").toString("base64url")],
      tableDigest: createHash("sha256").update("table 1").digest("base64url"),
    });
    fleet.devices.desired.refresh("bed-7");
    await fleet.settled();
    expect(fleet.broker.said("desired", "bed-7").at(-1)?.body.leaseDigest).toBe(lease.leaseDigest);
  });

  it("is the table once: who has it already gets none of its bytes again", async () => {
    const digest = createHash("sha256").update("table 1").digest("base64url");
    const first = await devicesSide.inject(`/v1/kiosk/table/${digest}`);
    expect([first.statusCode, first.body, first.headers["etag"], first.headers["content-type"]]).toEqual([
      200,
      "table 1",
      `"${digest}"`,
      "application/octet-stream",
    ]);
    for (const known of [`"${digest}"`, `W/"x", W/"${digest}"`, "*"]) {
      const again = await devicesSide.inject({ url: `/v1/kiosk/table/${digest}`, headers: { "if-none-match": known } });
      expect([again.statusCode, again.body]).toEqual([304, ""]);
    }
    const other = await devicesSide.inject(`/v1/kiosk/table/${"x".repeat(43)}`);
    expect([other.statusCode, other.json().code]).toEqual([404, "table-unknown"]);
    expect((await devicesSide.inject("/v1/kiosk/table/..%2f..%2fpki")).json().code).toBe("malformed");
  });

  it("is refused with a code to who has no part in it", async () => {
    const codes = async (): Promise<unknown[]> => {
      const urls = ["/v1/device/connection", "/v1/kiosk/lease"];
      return Promise.all(urls.map(async (url) => (await devicesSide.inject(url)).json().code ?? "given"));
    };
    await fleet.add("lab-1", "medical-device");
    caller = "lab-1";
    expect(await codes()).toEqual(["given", "kiosk-only"]);
    caller = "nobody";
    expect(await codes()).toEqual(["device-unknown", "device-unknown"]);
    caller = "bed-7";
    fleet.identities.hasReader = false;
    expect(await codes()).toEqual(["given", "reader-missing"]);
    await fleet.devices.denials.quarantine({ device: "bed-7", by: "it-anna", reason: "odd" });
    expect(await codes()).toEqual(["given", "device-quarantined"]);
    await fleet.devices.denials.deny({ device: "bed-7", by: "it-anna", reason: "stolen" });
    expect(await codes()).toEqual(["device-denied", "device-denied"]);
  });
});

describe("what administrators see and do", () => {
  it("is a device from its ticket to its retirement", async () => {
    const kiosk = { id: "bed-9", name: "Bed 9 <script>", ward: "Ward 4", kind: "kiosk", tags: ["icu"] };
    const added = await admin("POST", "/v1/devices", kiosk);
    expect([added.status, added.body]).toMatchObject([
      201,
      { device: { id: "bed-9", state: "awaiting" }, ticket: { device: "bed-9" } },
    ]);
    expect((await admin("POST", "/v1/devices", kiosk)).code).toBe("device-known");
    for (const id of ["all", "wardkey-fleet", "wardkey-fleet-up", "Bed-9", "bed/9", ""]) {
      expect([id, (await admin("POST", "/v1/devices", { ...kiosk, id })).code]).toEqual([id, "malformed"]);
    }
    await fleet.up("bed-9", "status", envelope("birth", { session: 1 }));
    expect((await admin("POST", "/v1/devices/bed-9/ticket")).code).toBe("device-enrolled");
    expect((await admin("PATCH", "/v1/devices/bed-9", { name: "Bed 9", tags: ["icu", "window"] })).body).toMatchObject({
      ...{ name: "Bed 9", tags: ["icu", "window"], state: "enrolled" },
    });
    expect((await admin("POST", "/v1/devices/bed-9/quarantine", { reason: "odd" })).body).toEqual({
      denyEpoch: 0,
      pending: [],
    });
    expect((await admin("POST", "/v1/devices/bed-9/release")).status).toBe(200);
    expect((await admin("POST", "/v1/devices/bed-9/deny", { reason: "stolen" })).body).toEqual({
      denyEpoch: 1,
      pending: [],
    });
    expect((await admin("POST", "/v1/devices/bed-9/replace")).body).toMatchObject({ ticket: { device: "bed-9" } });
    expect((await admin("POST", "/v1/devices/bed-9/retire")).status).toBe(200);
    expect((await admin("POST", "/v1/devices/bed-9/replace")).code).toBe("device-retired");
    const detail = DeviceDetail.parse((await admin("GET", "/v1/devices/bed-9")).body);
    expect(detail.device).toMatchObject({ state: "retired", health: [{ code: "retired", severity: "note" }] });
    expect((await admin("POST", "/v1/devices/bed-7/wipe")).body).toEqual({
      id: "p1",
      digest: "d",
      needs: 2,
      expiresAt: 9,
    });
    expect((await admin("POST", "/v1/devices/bed-7/command", { command: "lock" })).code).toBe("device-offline");
    expect((await admin("POST", "/v1/devices/bed-7/command", { command: "wipe" })).code).toBe("malformed");
    expect((await admin("GET", "/v1/devices/nobody")).code).toBe("device-unknown");
  });

  it("is refused when it is malformed, and when it would weaken a policy and is asked for by an operator", async () => {
    const kiosk = { id: "bed-9", name: "Bed 9", ward: "Ward 4", kind: "kiosk" };
    const wrong: object[] = [
      { ...kiosk, id: "Bed 9" },
      { ...kiosk, name: "Bed\u202e9" },
      { ...kiosk, name: " " },
      { ...kiosk, kind: "phone" },
      { ...kiosk, tags: Array(17).fill("a") },
      { ...kiosk, more: 1 },
    ];
    for (const body of wrong)
      expect([body, (await admin("POST", "/v1/devices", body)).code]).toEqual([body, "malformed"]);
    expect((await admin("PATCH", "/v1/devices/bed-7", {})).code).toBe("malformed");
    role = "operator";
    expect((await admin("PATCH", "/v1/devices/bed-7", { ward: "Corridor" })).code).toBe("weakening-needs-officer");
    expect((await admin("PATCH", "/v1/devices/bed-7", { ward: "Ward 4" })).status).toBe(200);
    role = "security-officer";
    expect((await admin("PATCH", "/v1/devices/bed-7", { ward: "Corridor" })).status).toBe(200);
  });

  it("is found among ten thousand devices by filter, order and page", async () => {
    const { database } = fleet.database;
    const rows = Array.from({ length: 9_999 }, (_, index) => ({
      ...{
        id: `k-${String(index).padStart(5, "0")}`,
        name: `Kiosk ${index}`,
        ward: `Ward ${1 + (index % 2)}`,
        kind: "kiosk",
      },
      ...{
        tags: index % 100 === 0 ? '["icu"]' : "[]",
        state: "enrolled",
        added_at: NOON,
        changed_at: NOON,
        revision: 1,
      },
    }));
    await database.batchInsert("devices", rows, 500);
    await fleet.devices.registry.refresh();
    const page = async (query: string) => DevicePage.parse((await admin("GET", `/v1/devices?${query}`)).body);
    await fleet.up("k-00042", "status", envelope("birth", { session: 1 }));
    await fleet.up("k-00042", "reported", envelope("reported", healthyReport({ camera: "down" })));
    expect((await page("")).total).toBe(10_000);
    const second = await page("ward=Ward+2&sort=id&order=down&from=100&limit=2");
    expect([second.total, second.devices.map(({ id }) => id)]).toEqual([4_999, ["k-09797", "k-09795"]]);
    expect((await page("search=kiosk+4242")).devices.map(({ id }) => id)).toEqual(["k-04242"]);
    expect((await page("tag=icu&limit=1")).total).toBe(100);
    const broken = await page("health=camera-down");
    expect(broken.devices.map(({ id, health }) => [id, health])).toEqual([
      ["k-00042", [{ code: "camera-down", severity: "critical" }]],
    ]);
    expect((await page("sort=seen&order=down&limit=1")).devices[0]?.id).toBe("k-00042");
    expect((await admin("GET", "/v1/devices?limit=100000")).code).toBe("malformed");
    expect((await admin("GET", "/v1/devices-health")).body).toMatchObject({
      devices: 10_000,
      online: 1,
      findings: { "camera-down": 1 },
    });
  });
});
