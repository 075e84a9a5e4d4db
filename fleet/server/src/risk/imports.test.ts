import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readBom } from "./app/imports.js";
import { RiskRoom } from "./testing/risk-room.js";

let room: RiskRoom;
beforeEach(async () => {
  room = await RiskRoom.make();
});
afterEach(() => room.remove());

const INVENTORY = `id,kind,name,zone,impact,exposure,connects
ehr,service,Patient records,,7,low,ehr-db
ehr-db,data,Records database,,10,none,
bed-7,device,Bed 7,Ward 3B,5,medium,ehr
gateway,device,Remote access,DMZ,2,internet,ehr
`;
const CVES = `cve,cvss,epss,assets
CVE-2026-1001,9.8,0.91,gateway;ehr
CVE-2026-1002,5.0,,bed-7
CVE-2026-9999,7.5,0.4,
`;
const summary = () => room.get<{ assets: number; links: number; vulnerabilities: number }>("/v1/risk/summary");

describe("an inventory", () => {
  it("shows first what it would change, then changes it, and makes one with what the fleet knows", async () => {
    const before = await summary();
    const look = await room.upload("inventory", INVENTORY, { dryRun: true });
    expect(look.body).toMatchObject({ applied: false, rows: 4, assets: 4, links: 3, faultCount: 0, replaces: null });
    expect(await summary()).toEqual(before);
    const done = await room.upload("inventory", INVENTORY);
    expect(done.body).toMatchObject({ applied: true, rows: 4, assets: 4, links: 3, duplicates: 0 });
    expect((await summary()).assets).toBe(before.assets + 4);
    expect(await room.get("/v1/risk/asset?id=device:bed-7")).toMatchObject({
      asset: { name: "Name of bed-7", zone: "Ward 3B", impact: 0.5, exposure: 0.1 },
      onward: expect.arrayContaining([
        { id: "service:ehr", name: "Patient records", kind: "service", relations: ["uses"] },
      ]),
    });
    expect(room.recorded.at(-1)).toEqual({
      kind: "risk.imported",
      body: { by: "olga", what: "inventory", source: "cmdb", rows: 4, assets: 4, links: 3, vulnerabilities: 0 },
    });
  });

  it("comes again under the same name and takes the place of what it was; removed, it leaves nothing", async () => {
    const before = await summary();
    await room.upload("inventory", INVENTORY);
    const again = await room.upload("inventory", "id,kind\nonly,service\n");
    expect(again.body).toMatchObject({ applied: true, replaces: { assets: 4, links: 3, vulnerabilities: 0 } });
    expect((await summary()).assets).toBe(before.assets + 1);
    const gone = await room.server.inject({ method: "DELETE", url: "/v1/risk/imports/cmdb" });
    expect([gone.statusCode, (await summary()).assets]).toEqual([204, before.assets]);
    expect((await room.server.inject({ method: "DELETE", url: "/v1/risk/imports/cmdb" })).statusCode).toBe(404);
  });

  it("keeps all of its rows although another comes, and one goes, while they are written", async () => {
    const before = await summary();
    await room.upload("inventory", INVENTORY, { source: "old" });
    const file = (name: string, count: number) =>
      `id,kind\n${Array.from({ length: count }, (_, index) => `${name}-${index},service`).join("\n")}\n`;
    await Promise.all([
      room.upload("inventory", file("many", 5_000), { source: "many" }),
      room.upload("inventory", file("few", 3), { source: "few" }),
      room.server.inject({ method: "DELETE", url: "/v1/risk/imports/old" }),
    ]);
    await room.risk.redraw();
    expect((await summary()).assets).toBe(before.assets + 5_003);
  });

  it("is read back whole from the database, however many pages that takes", async () => {
    const many = Array.from({ length: 2_500 }, (_, index) => `a-${String(index * 7919).padStart(8, "0")}`);
    const row = (id: string, index: number): string =>
      `${id},service,${many[(index + 1) % many.length]};${many[(index + 9) % many.length]}`;
    await room.upload("inventory", `id,kind,connects\n${many.map(row).join("\n")}\n`);
    const imports = room.risk.sources.map((each) => each.import);
    const [assets, links] = [await room.store.assets(imports), await room.store.links(imports)];
    expect(assets.map(({ id }) => id)).toEqual(many.map((id) => `service:${id}`).sort());
    expect([links.length, new Set(links.map((link) => JSON.stringify(link))).size]).toEqual([5_000, 5_000]);
  });

  it("outlives a restart, and with it its vulnerabilities", async () => {
    await room.upload("inventory", INVENTORY);
    await room.upload("vulnerabilities", CVES, { source: "cves" });
    const before = await summary();
    await room.stop();
    await room.start();
    expect(await summary()).toMatchObject({ assets: before.assets, links: before.links, vulnerabilities: 3 });
  });

  it("is taken whole or not at all: each wrong row is named, and what was in force stays", async () => {
    await room.upload("inventory", INVENTORY);
    const before = await summary();
    const wrong = await room.upload(
      "inventory",
      `id,kind,name,zone,impact,exposure,connects
ok,service,,,,,
,service,,,,,
x,spaceship,,,,,
y,device,,,11,,
z,device,,,,sometimes,
w,device,"turned\u202e",,,,
v,device,,,,,"a;b;\u0000"
ok,data,,,,,
short,row
`,
    );
    expect(wrong.status).toBe(200);
    expect(wrong.body).toMatchObject({
      applied: false,
      faultCount: 8,
      faults: [
        { line: 3, code: "asset-id", field: "id" },
        { line: 4, code: "asset-kind", field: "kind" },
        { line: 5, code: "asset-impact", field: "impact" },
        { line: 6, code: "asset-exposure", field: "exposure" },
        { line: 7, code: "asset-name", field: "name" },
        { line: 8, code: "asset-connects", field: "connects" },
        { line: 9, code: "asset-kind-differs", field: "kind" },
        { line: 10, code: "row-columns", field: null },
      ],
    });
    expect(await summary()).toEqual(before);
  });

  it("may have cycles and repetitions: the larger numbers count, once", async () => {
    const { body } = await room.upload(
      "inventory",
      "id,kind,impact,connects\na,device,1,b\nb,device,2,c\nc,device,3,a\na,device,9,c;b\na,device,4,a\n",
    );
    expect(body).toMatchObject({ applied: true, rows: 5, assets: 3, links: 4, duplicates: 2 });
    expect(await room.get("/v1/risk/asset?id=device:a")).toMatchObject({ asset: { impact: 0.9, stake: 0.9 } });
  });

  const refused: readonly [string, string, string | Buffer, string, string][] = [
    ["that is not UTF-8", "text/csv", Buffer.from([0x69, 0x64, 0xff, 0xfe]), "inventory", "csv-not-utf8"],
    ["without its columns", "text/csv", "name,colour\nx,red\n", "inventory", "csv-header-missing"],
    ["with a column twice", "text/csv", "id,kind,id\n", "inventory", "csv-header-twice"],
    ["that is empty", "text/csv", "", "inventory", "csv-header-missing"],
    ["with an open quote", "text/csv", 'id,kind\n"a,device\n', "inventory", "csv-malformed"],
    ["that is no JSON", "application/vnd.cyclonedx+json", "{", "inventory", "json-malformed"],
    ["that is other JSON", "application/vnd.cyclonedx+json", "[]", "inventory", "cyclonedx-unreadable"],
    [
      "nested deeper than anything",
      "application/vnd.cyclonedx+json",
      `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
      "inventory",
      "cyclonedx-unreadable",
    ],
    [
      "of vulnerabilities that is none",
      "application/vnd.cyclonedx+json",
      "{}",
      "vulnerabilities",
      "vulnerabilities-unreadable",
    ],
  ];
  it.each(refused)("%s is refused with a code", async (_what, type, text, what, code) => {
    expect(await room.upload(what, text, { type })).toMatchObject({ status: 400, body: { code } });
    expect((await room.get<{ sources: unknown[] }>("/v1/risk/imports")).sources).toEqual([]);
  });

  it("survives any bytes, as any kind of file", async () => {
    const types = ["text/csv", "application/vnd.cyclonedx+json"];
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(...types),
        fc.constantFrom("inventory", "vulnerabilities"),
        async (bytes, type, what) => {
          const { status } = await room.upload(what, Buffer.from(bytes), { type, dryRun: true });
          expect([200, 400, 429]).toContain(status);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("a payload in every field", () => {
  const PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=cmd|' /C calc'!A0",
    "{{7*7}}",
    "'; drop table risk_assets; --",
  ];
  it.each(PAYLOADS)("is kept and told as the text that it is: %s", async (payload) => {
    const quoted = `"${payload.replaceAll('"', '""')}"`;
    const bare = payload.replaceAll(";", "");
    const rows = `id,kind,name,zone,connects\n${quoted},device,${quoted},${quoted},"${bare.replaceAll('"', '""')}"\n`;
    expect((await room.upload("inventory", rows)).body).toMatchObject({ applied: true, assets: 1 });
    const { assets } = await room.get<{ assets: { id: string; name: string; zone: string }[] }>(
      `/v1/risk/assets?search=${encodeURIComponent(payload.slice(0, 20))}&kind=device`,
    );
    expect(assets).toMatchObject([{ id: `device:${payload}`, name: payload, zone: payload }]);
  });
});

describe("a list of vulnerabilities", () => {
  it("raises the risk where its CVEs are, and counts what it says of nobody here", async () => {
    await room.upload("inventory", INVENTORY);
    const risk = async () => (await room.get<{ asset: { risk: number } }>("/v1/risk/asset?id=data:ehr-db")).asset.risk;
    const before = await risk();
    const { body } = await room.upload("vulnerabilities", CVES, { source: "cves" });
    expect(body).toMatchObject({ applied: true, rows: 3, vulnerabilities: 3, unmatched: 1 });
    expect(await risk()).toBeGreaterThan(before);
    const { mitigations } = await room.get<{ mitigations: { kind: string; cve: string | null; share: number }[] }>(
      "/v1/risk/mitigations",
    );
    expect(mitigations.map(({ kind, cve }) => [kind, cve])).toContainEqual(["patch", "CVE-2026-1001"]);
  });

  it("of the form that FIRST gives out says only how likely known CVEs are", async () => {
    await room.upload("inventory", INVENTORY);
    await room.upload("vulnerabilities", CVES, { source: "cves" });
    const epss = `#model_version:v2026.01.01,score_date:2026-11-22T00:00:00+0000
cve,epss,percentile
CVE-2026-1002,0.77,0.99
CVE-2020-0001,0.5,0.9
`;
    const { body } = await room.upload("vulnerabilities", epss, { source: "epss" });
    expect(body).toMatchObject({ applied: true, rows: 2, vulnerabilities: 1, unmatched: 1 });
    expect(await room.get("/v1/risk/asset?id=device:bed-7")).toMatchObject({
      vulnerabilities: [{ cve: "CVE-2026-1002", cvss: 5, epss: 0.77 }],
    });
  });

  it("may be JSON", async () => {
    await room.upload("inventory", INVENTORY);
    const list = [{ cve: "cve-2026-1003", cvss: 8, epss: 0.2, assets: ["ehr"] }, { cve: "nonsense" }, 7];
    const type = "application/vnd.cyclonedx+json";
    const wrong = await room.upload("vulnerabilities", JSON.stringify(list), { source: "json", type });
    expect(wrong.body).toMatchObject({
      applied: false,
      faults: [
        { line: 2, code: "cve-id" },
        { line: 3, code: "cve-id" },
      ],
    });
    const right = await room.upload("vulnerabilities", JSON.stringify(list.slice(0, 1)), { source: "json", type });
    expect(right.body).toMatchObject({ applied: true, vulnerabilities: 1 });
  });
});

describe("a CycloneDX document", () => {
  const bom = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    metadata: { component: { "bom-ref": "bed-7", type: "device", name: "Bed 7 kiosk" } },
    components: [
      { "bom-ref": "pkg:deb/openssl@3.0", type: "library", name: "openssl", version: "3.0" },
      {
        ...{ "bom-ref": "records", type: "data", name: "Records" },
        properties: [{ name: "wardkey:impact", value: "9" }],
      },
    ],
    services: [{ "bom-ref": "ehr", name: "Patient records" }],
    dependencies: [
      { ref: "bed-7", dependsOn: ["pkg:deb/openssl@3.0", "ehr"] },
      { ref: "ehr", dependsOn: ["records", "bed-7"] },
      { ref: "nowhere", dependsOn: ["nothing"] },
    ],
    vulnerabilities: [
      { id: "CVE-2026-2001", ratings: [{ score: 7.1 }, { score: 9.1 }], affects: [{ ref: "pkg:deb/openssl@3.0" }] },
    ],
  };

  it("with more connections than the bound says is refused, each dependency being two", async () => {
    const type = "application/vnd.cyclonedx+json";
    const dependencies = (count: number) => [
      { ref: "ehr", dependsOn: Array.from({ length: count }, (_, at) => `n${at}`) },
    ];
    const sent = (count: number) =>
      room.upload("inventory", JSON.stringify({ ...bom, dependencies: dependencies(count) }), { type, dryRun: true });
    expect((await sent(50_000)).body).toMatchObject({ links: 100_000 });
    expect(await sent(50_001)).toMatchObject({
      status: 400,
      body: { code: "inventory-too-many-links", most: 100_000 },
    });
  });

  it("brings its components, services, dependencies and vulnerabilities", async () => {
    const type = "application/vnd.cyclonedx+json";
    const { body } = await room.upload("inventory", JSON.stringify(bom), { type });
    expect(body).toMatchObject({ applied: true, assets: 4, links: 10, vulnerabilities: 1, faultCount: 0 });
    expect(await room.get("/v1/risk/asset?id=service:pkg:deb/openssl@3.0")).toMatchObject({
      asset: { name: "openssl 3.0" },
      vulnerabilities: [{ cve: "CVE-2026-2001", cvss: 9.1, epss: null }],
    });
    expect(await room.get("/v1/risk/asset?id=data:records")).toMatchObject({ asset: { impact: 0.9 } });
  });

  it("is read or refused, whatever it holds", () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 4 }), (more) => {
        const outcome = readBom({ bomFormat: "CycloneDX", components: more, dependencies: [], vulnerabilities: more });
        expect(["read", "refused"]).toContain(outcome.outcome);
      }),
      { numRuns: 200 },
    );
  });
});
