import { chmod, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { SiteOverview } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestFleet } from "./testing/test-fleet.js";

let site: TestFleet;
beforeEach(async () => {
  site = await TestFleet.make();
});
afterEach(() => site.remove());

const coded = (code: string): unknown => expect.objectContaining({ code });
const codeIn = (body: unknown): unknown =>
  typeof body === "object" && body !== null && "code" in body ? body.code : undefined;

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(new URL(path, site.running.url), { headers, signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as unknown) : text };
}

async function overview(): Promise<SiteOverview> {
  const token = new URL(site.running.pageUrl).hash.replace("#token=", "");
  return SiteOverview.parse((await get("/v1/overview", { authorization: `Bearer ${token}` })).body);
}

describe("starting", () => {
  it("makes what is missing, closed to everybody else, and offers the first administrator a way in", async () => {
    const { setupUrl, deviceUrl } = await site.start();
    expect(setupUrl).toMatch(/^http:\/\/localhost:\d+\/#set-up=[A-Za-z0-9_-]{43}$/);
    expect(await site.ticket()).toMatchObject({ device: "bed-7", profile: "kiosk", site: "st-mary", deviceUrl });
    const files = (await readdir(site.dataDir, { recursive: true, withFileTypes: true })).map((each) => ({
      path: join(each.parentPath, each.name),
      isFile: each.isFile(),
    }));
    for (const { path } of files) expect([path, (await stat(path)).mode & 0o077]).toEqual([path, 0]);
    expect(files.filter(({ isFile }) => isFile).length).toBeGreaterThan(8);
  });

  it("keeps root, devices and audit through a restart; a ticket that nobody spent is made anew", async () => {
    const first = await site.start();
    const ticket = await site.ticket();
    const before = await first.records.audit.proofs.size();
    await site.stop();
    const second = await site.start();
    expect(second.rootCertificate).toEqual(first.rootCertificate);
    expect(second.machines.devices.registry.one("bed-7")).toMatchObject({ name: "Bed 7", state: "awaiting" });
    expect(await site.ticket()).not.toEqual(ticket);
    expect(await second.records.audit.proofs.size()).toBeGreaterThan(before);
    expect(await second.records.audit.verify()).toEqual([]);
  });

  it("gives the page another token at each start", async () => {
    const first = (await site.start()).pageUrl;
    await site.stop();
    const second = (await site.start()).pageUrl;
    expect(second).not.toBe(first);
  });

  it("goes on without the root's key, which belongs offline, and says while it is there", async () => {
    const first = await site.start();
    expect(site.logged.join("")).toContain("root-key-online");
    await site.stop();
    await rm(join(site.dataDir, "pki/root.key"));
    site.logged.length = 0;
    const second = await site.start();
    expect(second.rootCertificate).toEqual(first.rootCertificate);
    expect(site.logged.join("")).not.toContain("root-key-online");
  });

  it("refuses to go on without its root, rather than to make another", async () => {
    await site.start();
    await site.stop();
    await rm(join(site.dataDir, "pki/root.cer"));
    await expect(site.start()).rejects.toEqual(coded("root-missing"));
  });

  it("refuses secrets that others may read, and files that hold no secret", async () => {
    const file = join(site.folder, "operator-code");
    await writeFile(file, "123456\n", { mode: 0o644 });
    await chmod(file, 0o644);
    await expect(site.start()).rejects.toEqual(coded("secret-file-exposed"));
    await chmod(file, 0o600);
    await writeFile(file, "1\n");
    await expect(site.start()).rejects.toEqual(coded("operator-code-invalid"));
  });

  it.each(["console", "devices", "mqtt"] as const)(
    "says that its %s port is in use, and leaves the folder free",
    async (which) => {
      const { url, deviceUrl, mqttUrl } = await site.start();
      const taken = { console: url, devices: deviceUrl, mqtt: mqttUrl.replace("mqtts", "https") }[which];
      const other = await TestFleet.make();
      try {
        const ports = { console: 0, devices: 0, mqtt: 0, [which]: Number(new URL(taken).port) };
        await expect(other.start({ ports })).rejects.toEqual(coded("port-in-use"));
        await other.start();
      } finally {
        await other.remove();
      }
    },
  );

  it("refuses a second start beside a running one, which goes on", async () => {
    await site.start();
    const { url } = site.running;
    await expect(site.startBeside()).rejects.toEqual(coded("already-running"));
    expect((await fetch(new URL("/livez", url))).status).toBe(200);
  });

  it("refuses a configuration that it does not understand, and names the key without its value", async () => {
    const secret = "St Mary's secret";
    await expect(site.start({ siteId: secret })).rejects.toEqual(
      expect.objectContaining({ code: "config-invalid", message: expect.not.stringContaining(secret) }),
    );
    await expect(site.start({ dataDir: "relative" })).rejects.toEqual(coded("config-invalid"));
    await expect(site.start({ kioskBootstrapTokenFile: "/x" } as never)).rejects.toEqual(coded("config-invalid"));
  });
});

describe("the console's listener", () => {
  it("says that it lives and is ready", async () => {
    await site.start();
    expect((await get("/livez")).body).toEqual({ ok: true });
    expect((await get("/readyz")).body).toMatchObject({ ready: true });
  });

  it("answers to its own loopback names only, so that no other site's page can reach it", async () => {
    await site.start();
    const { port } = new URL(site.running.url);
    const statusFor = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const asked = request({ host: "127.0.0.1", port, path: "/livez", headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        asked.on("error", reject).end();
      });
    const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `evil.example:${port}`, "127.0.0.1", "127.0.0.1:1"];
    expect(await Promise.all(hosts.map(statusFor))).toEqual([200, 200, 421, 421, 421]);
  });

  it("serves its page with a policy that lets nothing but its own files run", async () => {
    await mkdir(join(site.folder, "page/assets"), { recursive: true });
    await writeFile(join(site.folder, "page/index.html"), "<!doctype html><title>Wardkey</title>");
    await writeFile(join(site.folder, "page/assets/app-1a2b.js"), "export {};");
    await site.start();
    const page = await get("/");
    expect([page.status, page.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'self';base-uri 'none';/);
    const asset = await get("/assets/app-1a2b.js");
    expect([asset.status, asset.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
    for (const path of ["/..%2fdata%2fpage-token", "/%2e%2e/operator-code", "/.hidden", "/assets/", "/%00", "/%ff"]) {
      const refused = expect.toSatisfy((status: number) => status >= 400 && status < 500);
      expect([path, (await get(path)).status]).toEqual([path, refused]);
    }
  });

  it("works without its page, and shows the site to whoever holds the page token", async () => {
    await site.start();
    const missing = await get("/");
    expect([missing.status, codeIn(missing.body)]).toEqual([404, "not-found"]);
    const refused = await get("/v1/overview");
    expect([refused.status, codeIn(refused.body)]).toEqual([401, "page-token-refused"]);
    expect(await overview()).toMatchObject({ site: { id: "st-mary" }, kiosks: [{ id: "bed-7" }], people: [] });
  });

  it("describes itself and the devices' listener as OpenAPI 3.1", async () => {
    await site.start();
    expect((await get("/v1/openapi.json")).body).toMatchObject({
      openapi: "3.1.0",
      paths: { "/v1/devices": {}, "/.well-known/est/simpleenroll": {}, "/v1/kiosk/lease": {} },
    });
  });

  it("gives its figures to who asks from this machine", async () => {
    await site.start();
    expect((await get("/metrics")).body).toContain("wardkey_http_seconds");
  });
});
