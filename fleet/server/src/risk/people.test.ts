import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RiskRoom } from "./testing/risk-room.js";

const WARD = "zone:Ward 3B";
const asked = (id: string): string => encodeURIComponent(id);
const ANSWERS: readonly string[] = [
  "/v1/risk/summary",
  "/v1/risk/assets?sort=likelihood",
  "/v1/risk/assets?kind=person&sort=likelihood",
  "/v1/risk/assets?search=anna",
  `/v1/risk/asset?id=${asked(WARD)}`,
  "/v1/risk/asset?id=device:lab-1",
  "/v1/risk/asset?id=device:bed-8",
  "/v1/risk/graph",
  `/v1/risk/graph?focus=${asked(WARD)}`,
  "/v1/risk/mitigations",
  "/v1/risk/detections",
];
/** Somebody's password list, as an inventory may name it. */
const INVENTORY = `id,kind,name,impact,exposure,connects
ben-bianchi,person,Ben Bianchi,1,internet,records
records,data,Records,10,none,
`;
type Path = { steps: { id: string; name: string; kind: string }[] };

let room: RiskRoom;
beforeEach(async () => {
  room = await RiskRoom.make();
  room.people = ["anna-rossi", "ben-bianchi"].map((staffId) => ({ staffId, wards: ["Ward 3B"] }));
  expect((await room.upload("inventory", INVENTORY)).status).toBe(200);
  const vulnerable = "cve,cvss,epss,assets\nCVE-2026-1,9,0.5,ben-bianchi;records\n";
  expect((await room.upload("vulnerabilities", vulnerable, { source: "scan" })).status).toBe(200);
  const unlocked = ["session.unlocked", { staffId: "anna-rossi", session: "s" }] as const;
  await room.tell("bed-7", unlocked);
  await room.tell("lab-1", unlocked);
});
afterEach(() => room.remove());

describe("a viewer of the risk", () => {
  beforeEach(() => {
    room.role = "viewer";
  });

  it.each(ANSWERS)("reads of nobody in %s", async (path) => {
    const answer = await room.server.inject(path);
    expect(answer.statusCode).toBe(200);
    expect(answer.body).not.toMatch(/anna|ben-b|Bianchi/);
  });

  it("sees what was noticed and where it leads, with somebody in the place of a person", async () => {
    const { detections } = await room.get<{ detections: object[] }>("/v1/risk/detections");
    expect(detections).toMatchObject([{ detector: "impossible-travel", device: "lab-1", staffId: null }]);
    const { paths, nodes, edges } = await room.get<{
      paths: Path[];
      nodes: { id: string }[];
      edges: { from: string; to: string }[];
    }>("/v1/risk/graph");
    const somebody = { id: "person:", name: "", kind: "person" };
    expect(paths.map(({ steps }) => steps)).toContainEqual([
      somebody,
      { id: "data:records", name: "Records", kind: "data" },
    ]);
    const drawn = nodes.map(({ id }) => id);
    expect(drawn.length).toBeGreaterThan(3);
    expect(edges.flatMap(({ from, to }) => [from, to]).filter((id) => !drawn.includes(id))).toEqual([]);
  });

  it("finds nobody by name: neither a person's page and graph, nor what a search would tell", async () => {
    const status = async (path: string) => (await room.server.inject(path)).statusCode;
    expect(await status("/v1/risk/asset?id=person:anna-rossi")).toBe(404);
    expect(await status("/v1/risk/graph?focus=person:anna-rossi")).toBe(404);
    const found = async (search: string) =>
      (await room.get<{ total: number }>(`/v1/risk/detections?search=${search}`)).total;
    expect([await found("anna"), await found("lab")]).toEqual([0, 1]);
  });
});

describe("an operator of the risk", () => {
  beforeEach(() => {
    room.role = "operator";
  });

  it("is told whose suspicion it is, and sees people around what they reach", async () => {
    const { detections } = await room.get<{ detections: object[] }>("/v1/risk/detections?search=anna");
    expect(detections).toMatchObject([{ detector: "impossible-travel", staffId: "anna-rossi" }]);
    const { asset } = await room.get<{ asset: object }>("/v1/risk/asset?id=person:anna-rossi");
    expect(asset).toMatchObject({ kind: "person", name: "anna-rossi" });
    const { into } = await room.get<{ into: { id: string }[] }>(`/v1/risk/asset?id=${asked(WARD)}`);
    expect(into.map(({ id }) => id)).toEqual(expect.arrayContaining(["person:anna-rossi", "person:ben-bianchi"]));
    const { paths } = await room.get<{ paths: Path[] }>("/v1/risk/graph");
    expect(paths.map(({ steps }) => steps[0]?.id)).toContain("person:ben-bianchi");
    // As where a path leads they would be ranked.
    expect(paths.filter(({ steps }) => steps.at(-1)?.kind === "person")).toEqual([]);
  });

  it.each(["", "&kind=person", "&search=person", "&level=high"])("finds people in no list%s", async (filter) => {
    const { assets } = await room.get<{ assets: { kind: string }[] }>(`/v1/risk/assets?limit=200${filter}`);
    expect(assets.filter(({ kind }) => kind === "person")).toEqual([]);
  });

  it("reads as many assets outside the graph as the list has", async () => {
    const list = await room.get<{ total: number }>("/v1/risk/assets");
    const { nodes, left } = await room.get<{ nodes: { kind: string }[]; left: number }>("/v1/risk/graph?limit=3");
    expect(left + nodes.filter(({ kind }) => kind !== "person").length).toBe(list.total);
  });
});
