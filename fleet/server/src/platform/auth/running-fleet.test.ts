import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fleet } from "../../fleet.js";
import { TestFleet } from "../../testing/test-fleet.js";
import { Visitor } from "./testing/visitor.js";

let site: TestFleet;
let fleet: Fleet;
let anna: Visitor;

beforeAll(async () => {
  site = await TestFleet.make();
  fleet = await site.start();
  anna = new Visitor(() => new URL(fleet.url).origin);
});
afterAll(() => site?.remove());

const fragment = (url: string | null, name: string): string => new URL(url ?? "").hash.replace(`#${name}=`, "");

describe("the running fleet server", () => {
  it("lets the first administrator in by its set-up link, and the audit has it", async () => {
    expect((await anna.register(fragment(fleet.setupUrl, "set-up"), "anna")).status).toBe(200);
    expect((await anna.call("GET", "/v1/session")).body).toMatchObject({
      siteName: "St Mary",
      signedIn: { administrator: { id: "anna", role: "administrator" } },
    });
    await expect(readFile(join(site.folder, "data/first-administrator.link"))).rejects.toMatchObject({
      code: "ENOENT",
    });
  });

  it("shows the overview by the page token and by a session, and to nobody else", async () => {
    const page = new Visitor(() => new URL(fleet.url).origin);
    const headers = { authorization: `Bearer ${fragment(fleet.pageUrl, "token")}` };
    expect((await page.call("GET", "/v1/overview", undefined, headers)).status).toBe(200);
    expect((await anna.call("GET", "/v1/overview")).status).toBe(200);
    expect((await page.call("GET", "/v1/overview")).code).toBe("page-token-refused");
  });

  const alone: [string, object][] = [
    ["device.wipe", { device: "bed-7" }],
    ["audit.export", { format: "ndjson", from: 0, to: 1 }],
    ["ca.rotate", { what: "intermediate", digest: "A".repeat(43) }],
  ];
  for (const [kind, args] of alone) {
    it(`carries out no ${kind} on one person's word (row 23)`, async () => {
      const asked = await anna.call("POST", "/v1/approvals", { kind, args });
      expect([asked.status, asked.body["needs"]]).toEqual([202, 2]);
      const id = String(asked.body["id"]);
      expect((await anna.approve(id)).body).toMatchObject({ state: "proposed", kind, args });
      expect((await anna.approve(id)).code).toBe("approval-voted");
      await fleet.auth.approvals.sweep();
      expect((await anna.call("GET", `/v1/approvals/${id}`)).body).toMatchObject({ state: "proposed", result: null });
    });
  }

  it("erases no device by the device's own address either, and publishes no policy that nobody drafted", async () => {
    const wipe = await anna.call("POST", "/v1/devices/bed-7/wipe");
    expect([wipe.status, wipe.body["needs"]]).toEqual([202, 2]);
    const args = {
      proposal: crypto.randomUUID(),
      version: 9,
      digest: "A".repeat(43),
      weakening: false,
      pace: "at-once",
    };
    const asked = await anna.call("POST", "/v1/approvals", { kind: "policy.publish", args });
    const signed = await anna.approve(String(asked.body["id"]));
    expect([asked.body["needs"], signed.body["state"]]).toEqual([2, "proposed"]);
  });

  it("serves the description that is committed", async () => {
    const committed = await readFile(new URL("../../../../../docs/api/openapi.json", import.meta.url), "utf8");
    const served = await anna.call("GET", "/v1/openapi.json");
    expect(Object.keys(served.body["paths"] as object).sort()).toEqual(
      Object.keys((JSON.parse(committed) as { paths: object }).paths).sort(),
    );
  });

  it("wrote no secret into its log", async () => {
    const secrets = [
      fragment(fleet.setupUrl, "set-up"),
      fragment(fleet.pageUrl, "token"),
      anna.cookie?.split("=")[1] ?? "",
    ];
    const log = site.logged.join("");
    expect(secrets.filter((secret) => secret.length < 40 || log.includes(secret))).toEqual([]);
  });
});
