import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ApiServer, closeApiServer, listenOn } from "./api-server.js";
import { createConsoleServer } from "./console-server.js";
import { pageFiles } from "./page-files.js";
import { platformProblemTitles } from "./problem.js";

const POLICY =
  "default-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none';object-src 'none';require-trusted-types-for 'script';trusted-types 'none'";
let folder: string;
let server: ApiServer;
let url: string;

async function start(publicUrl?: string): Promise<void> {
  server = await createConsoleServer({
    logger: pino({ level: "silent" }),
    titles: platformProblemTitles,
    identify: async () => null,
    pageToken: "page-token-of-the-test-1234567890",
    publicUrl,
  });
  await pageFiles(server, folder);
  url = `http://127.0.0.1:${await listenOn(server, { host: "127.0.0.1", port: 0, key: "port" })}`;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-page-"));
  await mkdir(join(folder, "page/assets"), { recursive: true });
  await writeFile(join(folder, "secret"), "SECRET");
  await writeFile(join(folder, "page/.hidden"), "SECRET");
  await writeFile(join(folder, "page/index.html"), "<!doctype html><title>Wardkey</title>");
  await writeFile(join(folder, "page/assets/app-1a2b.js"), "export {};");
  folder = join(folder, "page");
});
afterEach(async () => {
  await closeApiServer(server);
  await rm(join(folder, ".."), { recursive: true, force: true });
});

describe("the console's pages", () => {
  it("are served with a policy that lets nothing but their own files run", async () => {
    await start();
    const page = await fetch(url);
    const header = (name: string): string | null => page.headers.get(name);
    expect([page.status, header("content-security-policy"), header("cache-control")]).toEqual([
      200,
      POLICY,
      "no-store",
    ]);
    expect([header("x-content-type-options"), header("referrer-policy"), header("strict-transport-security")]).toEqual([
      "nosniff",
      "no-referrer",
      null,
    ]);
    const asset = await fetch(`${url}/assets/app-1a2b.js`);
    expect([asset.status, asset.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
  });

  it("lead nowhere else on the disk", async () => {
    await start();
    for (const path of [
      "/..%2fsecret",
      "/%2e%2e/secret",
      "/.hidden",
      "/assets/",
      "/assets/..%2f..%2fsecret",
      "/%00",
      "/%ff",
    ]) {
      const answer = await fetch(url + path);
      expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true]);
      expect(await answer.text()).not.toContain("SECRET");
    }
  });

  it("may be missing: the server works without", async () => {
    await rm(join(folder, "index.html"));
    await start();
    expect((await fetch(url)).status).toBe(404);
  });

  it("insist on TLS where the site has it", async () => {
    await start("https://wardkey.example");
    const page = await fetch(url);
    expect(page.headers.get("strict-transport-security")).toBe("max-age=31536000; includeSubDomains");
  });
});
