import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { pino } from "pino";
import sqlite3 from "sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startSite } from "./index.js";
import { credentialRequest, TestKiosk, TestSite } from "./testing/test-site.js";

let site: TestSite;
beforeEach(async () => {
  site = await TestSite.make();
});
afterEach(() => site.remove());

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);
const coded = (code: string): unknown => expect.objectContaining({ code });

async function enrolled(): Promise<TestKiosk> {
  const kiosk = await new TestKiosk(site).enrol();
  const { enrolment } = await kiosk.grant();
  await kiosk.call("POST", `/v1/enrolments/${enrolment}/credential`, credentialRequest());
  return kiosk;
}

describe("starting", () => {
  it("makes what is missing, closed to everybody else", async () => {
    const running = await site.start();
    expect(running.pageUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[A-Za-z0-9_-]{43}$/);
    expect(await site.secret("operator-code")).toMatch(/^\d{6}$/);
    expect(await site.secret("bootstrap-token")).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await modeOf(site.dataDir)).toBe("700");
    expect(await modeOf(join(site.dataDir, "pki"))).toBe("700");
    const secrets = ["pki/root.key", "pki/signer.json", "sealing.key", "page-token", "site.db", "site.db-wal"].map(
      (name) => join(site.dataDir, name),
    );
    secrets.push(join(site.folder, "operator-code"), join(site.folder, "bootstrap-token"));
    expect(await Promise.all(secrets.map(modeOf))).toEqual(secrets.map(() => "600"));
    expect((await readdir(join(site.dataDir, "pki"))).sort()).toEqual(["root.cer", "root.key", "signer.json"]);
  });

  it("keeps root, people, kiosks and journal through a restart", async () => {
    const root = (await site.start()).rootCertificate;
    const kiosk = await enrolled();
    await kiosk.send(kiosk.journal.grow(2));
    const { now: _before, ...before } = await site.overview();
    expect((await site.restart()).rootCertificate).toEqual(root);
    const { now: _after, ...after } = await site.overview();
    expect(after).toEqual(before);
    expect((await kiosk.lease()).readerCertificate).toBe(kiosk.identity.readerCertificate);
  });

  it("gives the page another token at each start", async () => {
    const first = (await site.start()).pageUrl.split("#")[1];
    const second = (await site.restart()).pageUrl.split("#")[1];
    expect(second).not.toBe(first);
    expect(`token=${await readFile(join(site.dataDir, "page-token"), "utf8")}`).toBe(second);
  });

  it("finishes a first start that broke between the root's key and its certificate", async () => {
    await site.start();
    await site.stop();
    await rm(join(site.dataDir, "site.db"));
    await rm(join(site.dataDir, "pki/root.cer"));
    await rm(join(site.dataDir, "pki/signer.json"));
    await site.start();
    await new TestKiosk(site).enrol();
  });

  const losses = [
    ["pki/root.key", "root-missing"],
    ["pki/root.cer", "root-missing"],
    ["sealing.key", "sealing-key-missing"],
  ] as const;
  for (const [name, code] of losses) {
    it(`refuses to go on without ${name}, rather than to make another`, async () => {
      await site.start();
      await enrolled();
      await site.stop();
      await rm(join(site.dataDir, name));
      await expect(site.start()).rejects.toEqual(coded(code));
    });
  }

  it("refuses secrets that others may read, and files that hold no secret", async () => {
    const file = join(site.folder, "operator-code");
    await writeFile(file, "123456\n", { mode: 0o644 });
    await chmod(file, 0o644);
    await expect(site.start()).rejects.toEqual(coded("secret-file-exposed"));
    await chmod(file, 0o600);
    await writeFile(file, "1\n");
    await expect(site.start()).rejects.toEqual(coded("operator-code-invalid"));
    await writeFile(file, "123456\n");
    await writeFile(join(site.folder, "bootstrap-token"), "short\n", { mode: 0o600 });
    await expect(site.start()).rejects.toEqual(coded("bootstrap-token-weak"));
  });

  it("says which port is in use and how to choose another, and leaves the folder free", async () => {
    const { url } = await site.start();
    const other = await TestSite.make();
    try {
      const port = Number(new URL(url).port);
      await expect(other.start({ port })).rejects.toEqual(
        expect.objectContaining({ code: "port-in-use", message: expect.stringMatching(new RegExp(`${port}.*"port"`)) }),
      );
      await other.start();
    } finally {
      await other.remove();
    }
  });

  it("refuses a second start beside a running one, which goes on", async () => {
    await site.start();
    const again = startSite({ config: site.config, clock: site.clock, logger: pino({ level: "silent" }) });
    await expect(again).rejects.toEqual(coded("already-running"));
    expect((await site.call("GET", "/livez")).body).toEqual({ ok: true });
  });

  it("refuses a configuration that it does not understand", async () => {
    await expect(site.start({ siteId: "St Mary" })).rejects.toEqual(coded("config-invalid"));
    await expect(site.start({ dataDir: "relative" })).rejects.toEqual(coded("config-invalid"));
  });
});

describe("the HTTP face", () => {
  beforeEach(async () => {
    await site.start();
  });

  it("says that it lives and is ready", async () => {
    expect((await site.call("GET", "/livez")).status).toBe(200);
    expect((await site.call("GET", "/readyz")).status).toBe(200);
  });

  it("refuses in problem+json with a stable code and never repeats what was sent", async () => {
    const kiosk = await new TestKiosk(site).enrol();
    const token = kiosk.token;
    const canary = "CANARY-4711";
    const cases: [
      string,
      Promise<{ status: number; code: string | null; headers: Headers; body: unknown }>,
      unknown,
    ][] = [
      ["unknown path", site.call("GET", `/v1/${canary}`), [404, "not-found"]],
      ["not JSON", site.call("POST", "/v1/enrolments", { token, body: `{"${canary}` }), [400, "malformed"]],
      ["empty body", site.call("POST", "/v1/enrolments", { token, body: "" }), [400, "malformed"]],
      ["prototype", site.call("POST", "/v1/enrolments", { token, body: '{"__proto__":{}}' }), [400, "malformed"]],
      ["wrong keys", site.call("POST", "/v1/enrolments", { token, body: { [canary]: canary } }), [400, "malformed"]],
      [
        "wrong type",
        site.call("POST", "/v1/kiosks", { body: canary, headers: { "content-type": "text/plain" } }),
        [415, "unsupported-media-type"],
      ],
      ["oversize", site.call("POST", "/v1/kiosks", { body: { id: canary.repeat(1_000) } }), [413, "too-large"]],
      ["huge", site.call("POST", "/v1/kiosk/events", { token, body: "x".repeat(600_000) }), [413, "too-large"]],
      ["no token", site.call("GET", "/v1/overview"), [401, "page-token-refused"]],
      ["a kiosk's token on the page", site.call("GET", "/v1/overview", { token }), [401, "page-token-refused"]],
      ["unknown caller's body", site.call("POST", "/v1/kiosk/events", { body: "{" }), [401, "kiosk-token-refused"]],
    ];
    for (const [name, asked, expected] of cases) {
      const answer = await asked;
      expect([name, [answer.status, answer.code]]).toEqual([name, expected]);
      expect(answer.headers.get("content-type")).toContain("application/problem+json");
      expect(JSON.stringify(answer.body)).not.toContain(canary.repeat(2));
      expect(answer.headers.get("cache-control")).toBe("no-store");
    }
    expect(site.logged.join("")).not.toContain(canary);
    expect((await kiosk.lease()).denyEpoch).toBe(0);
  });

  it("says that it cannot write while the database is held by something else, and goes on afterwards", async () => {
    const kiosk = await new TestKiosk(site).enrol();
    const holder = new sqlite3.Database(join(site.dataDir, "site.db"));
    const run = (sql: string): Promise<void> =>
      new Promise((resolve, reject) => holder.exec(sql, (error) => (error ? reject(error) : resolve())));
    const events = kiosk.journal.grow(1);
    await run("BEGIN EXCLUSIVE");
    try {
      const answer = await kiosk.send(events);
      expect([answer.status, answer.code]).toEqual([503, "storage-unavailable"]);
    } finally {
      await run("ROLLBACK");
      await new Promise<void>((resolve) => holder.close(() => resolve()));
    }
    expect((await kiosk.send(events)).body).toMatchObject({ seq: 1 });
  });

  it("answers to its own loopback names only, so that no other site's page can reach it", async () => {
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

  it("slows down who asks without end", async () => {
    const answers: number[] = [];
    for (let call = 0; call < 61; call += 1) answers.push((await site.call("POST", "/v1/kiosks", { body: {} })).status);
    expect(answers.slice(0, 60).every((status) => status === 400)).toBe(true);
    const last = await site.call("POST", "/v1/kiosks", { body: {} });
    expect([last.status, last.code, Number(last.headers.get("retry-after")) > 0]).toEqual([429, "rate-limited", true]);
  });

  it("keeps a script in a name as the text that it is", async () => {
    const kiosk = await new TestKiosk(site).enrol();
    const script = '<img src=x onerror="top.x=1">';
    const { enrolment, displayName } = await kiosk.grant({ givenName: script, familyName: "</script>" });
    await kiosk.call("POST", `/v1/enrolments/${enrolment}/credential`, credentialRequest());
    expect(displayName).toBe(script);
    expect((await site.overview()).people).toMatchObject([
      { name: `${script} </script>`, staffId: "img-src-x-onerror-top-x-1-script" },
    ]);
  });
});

describe("the status page", () => {
  it("is served with a policy that lets nothing but its own files run", async () => {
    await mkdir(join(site.folder, "page/assets"), { recursive: true });
    await writeFile(join(site.folder, "page/index.html"), "<!doctype html><title>Wardkey</title>");
    await writeFile(join(site.folder, "page/assets/app-1a2b.js"), "export {};");
    await site.start();
    const page = await site.call("GET", "/");
    expect([page.status, page.headers.get("cache-control"), page.headers.get("content-security-policy")]).toEqual([
      200,
      "no-store",
      "default-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none';object-src 'none'",
    ]);
    const asset = await site.call("GET", "/assets/app-1a2b.js");
    expect([asset.status, asset.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
    for (const path of ["/..%2fdata%2fpage-token", "/%2e%2e/operator-code", "/.hidden", "/assets/", "/%00", "/%ff"]) {
      const refused = expect.toSatisfy((status: number) => status >= 400 && status < 500);
      expect([path, (await site.call("GET", path)).status]).toEqual([path, refused]);
    }
  });

  it("may be missing: the site works without", async () => {
    await site.start();
    expect((await site.call("GET", "/")).code).toBe("not-found");
    expect((await site.overview()).kiosks).toEqual([]);
  });
});
