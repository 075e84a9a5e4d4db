import { EnrolmentGrant, Identified, IssuedCredential, WayGiven } from "@wardkey/protocol/fleet";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiServer, createApiServer } from "../../platform/http/api-server.js";
import { platformProblemTitles } from "../../platform/http/problem.js";
import { newPhone } from "../testing/new-phone.js";
import { FILE_CODE, StaffBench } from "../testing/staff-bench.js";
import { importRoutes } from "./import-routes.js";
import { kioskStaffRoutes } from "./kiosk-routes.js";
import { peopleRoutes } from "./people-routes.js";
import { staffProblemTitles } from "./problems.js";

let bench: StaffBench;
let devices: ApiServer;
let desk: ApiServer;

beforeEach(async () => {
  bench = await StaffBench.open();
  const logger = pino({ level: "silent" });
  const titles = { ...platformProblemTitles, ...staffProblemTitles };
  devices = await createApiServer({
    logger,
    titles,
    authorize: async () => undefined,
    offers: (access) => access === "device",
  });
  desk = await createApiServer({
    logger,
    titles,
    authorize: async (request) => {
      const administrator = { id: "admin-1", name: "Ada", role: "administrator" as const };
      request.caller = { administrator, via: { kind: "session", id: "s-1" } };
    },
    offers: (access) => typeof access === "object",
  });
  const kioskOf = (request: { headers: Record<string, unknown> }): string => String(request.headers["x-kiosk"]);
  kioskStaffRoutes(devices, { staff: bench.staff, kioskOf });
  peopleRoutes(desk, { staff: bench.staff });
  importRoutes(desk, { staff: bench.staff, ldap: {} });
});
afterEach(async () => {
  await devices.close();
  await desk.close();
  await bench.close();
});

type Answer = { status: number; body: Record<string, unknown> };

async function ask(
  server: ApiServer,
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  url: string,
  body?: unknown,
): Promise<Answer> {
  const isCsv = typeof body === "string";
  const headers = { "x-kiosk": "bed-7", ...(isCsv ? { "content-type": "text/csv" } : {}) };
  const payload = body === undefined ? {} : { payload: isCsv ? body : (body as object) };
  const answer = await server.inject({ method, url, headers, ...payload });
  return { status: answer.statusCode, body: answer.body === "" ? {} : answer.json() };
}

const kiosk = (path: string, body: unknown): Promise<Answer> => ask(devices, "POST", path, body);

describe("the kiosks' routes", () => {
  const asked = { operatorCode: FILE_CODE, givenName: "Anna", familyName: "Rossi" };

  it("enrol, renew with what was meant, and refuse with problems that have words", async () => {
    const begun = await kiosk("/v1/enrolments", asked);
    const grant = EnrolmentGrant.parse(begun.body);
    const issued = await kiosk(`/v1/enrolments/${grant.enrolment}/credential`, newPhone());
    expect([begun.status, issued.status, Object.keys(IssuedCredential.parse(issued.body))]).toEqual([
      201,
      201,
      ["credential", "eidKey"],
    ]);
    expect(await kiosk("/v1/enrolments", { ...asked, staffId: "anna-rossi" })).toEqual({
      status: 409,
      body: {
        type: "urn:wardkey:problem:credential-active",
        title: "This person holds a credential: say that it is a renewal or a replacement",
        status: 409,
        code: "credential-active",
      },
    });
    const renewed = await kiosk("/v1/enrolments", { ...asked, staffId: "anna-rossi", purpose: "renewal" });
    expect(renewed.body).toMatchObject({ staffId: "anna-rossi", epoch: 2 });
    expect(await kiosk("/v1/enrolments", { ...asked, operatorCode: "wrong" })).toMatchObject({
      status: 403,
      body: { code: "operator-code-wrong" },
    });
  });

  it("give badge, PIN or a code, tell who comes with them, and take a lost phone", async () => {
    const staffId = await bench.enrol();
    const badge = { kind: "uid-only", uid: "04a1b2c3" };
    const given = await kiosk("/v1/kiosk/ways", {
      give: "badge",
      staffId,
      operatorCode: FILE_CODE,
      badge,
      pin: "739154",
    });
    expect([given.status, WayGiven.parse(given.body)]).toEqual([
      201,
      { staffId, code: null, expiresAt: null, weak: true },
    ]);
    const who = await kiosk("/v1/kiosk/identify", { way: "badge", badge, pin: "739154" });
    expect(Identified.parse(who.body)).toEqual({
      staffId,
      displayName: "Anna",
      role: "staff",
      way: "badge",
      weak: true,
    });
    expect(await kiosk("/v1/kiosk/lost-phone", { staffId, pin: "739155" })).toMatchObject({
      status: 403,
      body: { code: "identify-refused" },
    });
    expect((await kiosk("/v1/kiosk/lost-phone", { staffId, pin: "739154" })).status).toBe(204);
    expect([...bench.denied]).toEqual([staffId]);
    const code = WayGiven.parse(
      (await kiosk("/v1/kiosk/ways", { give: "code", staffId, operatorCode: FILE_CODE })).body,
    );
    expect((await kiosk("/v1/kiosk/identify", { way: "code", code: code.code })).status).toBe(200);
    const weak = { give: "pin", staffId, operatorCode: FILE_CODE, pin: "123456" };
    expect(await kiosk("/v1/kiosk/ways", weak)).toMatchObject({ status: 400, body: { code: "pin-weak" } });
    const lost = await kiosk("/v1/kiosk/lost-phone", { staffId: "nobody", operatorCode: FILE_CODE });
    expect([lost.status, lost.body["code"]]).toEqual([404, "staff-unknown"]);
  });

  it("lets nobody give themself a way in", async () => {
    const { staffId, code } = await bench.operator("Olga");
    const own = await kiosk("/v1/kiosk/ways", { give: "code", staffId, operatorCode: code });
    expect([own.status, own.body["code"]]).toEqual([403, "operator-own-enrolment"]);
  });

  it("name whom an operator may mean, of their own wards", async () => {
    await bench.add("Anna");
    await bench.add("Anna", { wards: ["Ward 9"] });
    const { code } = await bench.operator("Olga", ["Ward 9"]);
    const found = await kiosk("/v1/kiosk/candidates", { operatorCode: code, search: "anna" });
    expect(found.body).toEqual({
      people: [
        { staffId: "anna-rossi-2", givenName: "Anna", familyName: "Rossi", role: "nurse", wards: ["Ward 9"], epoch: 0 },
      ],
    });
  });

  it("refuse what has not their form, without saying what was sent", async () => {
    const bad = [
      { way: "badge", badge: { kind: "uid-only", uid: "04A1" }, pin: "739154" },
      { way: "badge", badge: { kind: "uid-only", uid: "04a1b2c3" }, pin: "7391542222222" },
      { way: "code", code: "x".repeat(65) },
      { way: "face" },
      {},
    ];
    for (const body of bad) {
      const answer = await kiosk("/v1/kiosk/identify", body);
      expect([answer.status, answer.body["code"]]).toEqual([400, "malformed"]);
      expect(JSON.stringify(answer.body)).not.toContain("73915");
    }
  });
});

describe("the administrators' routes", () => {
  const facts = {
    givenName: "Anna",
    familyName: "Rossi",
    role: "nurse",
    wards: ["Ward 3B"],
    employment: "staff",
    hrId: null,
    endsAt: null,
  };

  it("add, find, change and end people", async () => {
    const added = await ask(desk, "POST", "/v1/staff", facts);
    expect([added.status, added.body]).toMatchObject([
      201,
      { staffId: "anna-rossi", standing: "active", source: "console" },
    ]);
    const changed = await ask(desk, "PATCH", "/v1/staff/anna-rossi", { role: "doctor", wards: ["Ward 1", "Ward 2"] });
    expect(changed.body).toMatchObject({ role: "doctor", wards: ["Ward 1", "Ward 2"], givenName: "Anna" });
    const found = await ask(desk, "GET", "/v1/staff?search=ROSSI&ward=Ward%201&standing=active&limit=1");
    expect(found.body).toMatchObject({ total: 1, next: null, people: [{ staffId: "anna-rossi" }] });
    for (const [act, standing] of [
      ["suspend", "suspended"],
      ["resume", "active"],
      ["revoke", "denied"],
      ["readmit", "active"],
      ["leave", "left"],
    ]) {
      const answer = await ask(desk, "POST", `/v1/staff/anna-rossi/${act}`, { reason: "by-hand" });
      expect([act, answer.status, answer.body["standing"]]).toEqual([act, 200, standing]);
    }
    expect((await ask(desk, "POST", "/v1/staff/anna-rossi/suspend", {})).body["code"]).toBe("staff-left");
    expect((await ask(desk, "GET", "/v1/staff/nobody")).body["code"]).toBe("staff-unknown");
    expect((await ask(desk, "POST", "/v1/staff", { ...facts, employment: "agency" })).body["code"]).toBe(
      "employment-without-end",
    );
    expect((await ask(desk, "POST", "/v1/staff", { ...facts, givenName: "An\u202ena" })).body["code"]).toBe(
      "malformed",
    );
  });

  it("appoint operators, show how somebody comes in, and withdraw a consent", async () => {
    const staffId = await bench.enrol({ consent: "v2" });
    const appointed = await ask(desk, "PUT", `/v1/operators/${staffId}`, { wards: ["Ward 3B"] });
    expect(appointed.body["code"]).toMatch(/^1-[0-9a-z-]+$/);
    expect((await ask(desk, "GET", "/v1/operators")).body).toMatchObject({
      operators: [{ staffId, wards: ["Ward 3B"] }],
    });
    await bench.staff.ways.enrolBadge(staffId, { kind: "seos", uid: "04a1b2c3" }, "admin-1");
    const ways = await ask(desk, "GET", `/v1/staff/${staffId}/ways`);
    expect(ways.body).toMatchObject({
      pin: false,
      badges: [{ kind: "seos" }],
      consents: [{ text: "v2", withdrawnAt: null }],
    });
    const [{ badge }] = ways.body["badges"] as [{ badge: string }];
    expect((await ask(desk, "DELETE", `/v1/staff/${staffId}/badges/${badge}`)).status).toBe(204);
    expect((await ask(desk, "DELETE", `/v1/staff/${staffId}/badges/${badge}`)).body["code"]).toBe("badge-unknown");
    const withdrawn = await ask(desk, "POST", `/v1/staff/${staffId}/consent/withdraw`);
    expect(withdrawn.body).toMatchObject({ badges: 0, pin: false, code: expect.any(String) });
    expect((await ask(desk, "POST", `/v1/staff/${staffId}/code`)).status).toBe(201);
    expect((await ask(desk, "DELETE", `/v1/operators/${staffId}`)).status).toBe(204);
    expect((await ask(desk, "DELETE", `/v1/operators/${staffId}`)).body["code"]).toBe("operator-unknown");
  });

  it("plan and apply a file, and say what is wrong with one", async () => {
    const url = "/v1/staff/imports/csv?source=hr&timeZone=Europe/Rome&hrId=Nr&givenName=Nome&familyName=Cognome";
    const planned = await ask(desk, "POST", url, "Nr;Nome;Cognome\n1;Ελένη;Rossi\n");
    expect([planned.status, planned.body]).toMatchObject([201, { adds: 1, faultCount: 0 }]);
    const applied = await ask(desk, "POST", `/v1/staff/imports/${String(planned.body["id"])}/apply`, {});
    expect([applied.status, applied.body]).toEqual([200, { adds: 1, changes: 0, leavers: 0 }]);
    expect((await ask(desk, "POST", url, "")).body["code"]).toBe("csv-header-missing");
    expect((await ask(desk, "POST", url, "A;B\n1;2\n")).body["code"]).toBe("csv-header-missing");
    expect((await ask(desk, "POST", url, { not: "csv" })).body["code"]).toBe("unsupported-media-type");
    expect((await ask(desk, "POST", "/v1/staff/imports/ldap/hr")).body["code"]).toBe("ldap-not-configured");
    const faulty = await ask(desk, "POST", url, "Nr;Nome;Cognome\n1;=1+1;Rossi\n");
    expect(faulty.body["faults"]).toEqual([{ line: 2, code: "row-formula", field: "givenName" }]);
    const refused = await ask(desk, "POST", `/v1/staff/imports/${String(faulty.body["id"])}/apply`, {});
    expect([refused.status, refused.body["code"]]).toEqual([409, "import-has-faults"]);
  });
});
