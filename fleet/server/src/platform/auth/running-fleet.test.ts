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

  it("erases no device on one person's word (row 23)", async () => {
    const asked = await anna.call("POST", "/v1/devices/bed-7/wipe");
    expect([asked.status, asked.body["needs"]]).toEqual([202, 2]);
    const id = String(asked.body["id"]);
    expect((await anna.approve(id)).body).toMatchObject({ state: "proposed" });
    expect((await anna.approve(id)).code).toBe("approval-voted");
    expect((await anna.call("GET", `/v1/approvals/${id}`)).body).toMatchObject({
      state: "proposed",
      kind: "device.wipe",
    });
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
