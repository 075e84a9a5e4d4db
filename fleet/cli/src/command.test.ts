import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { EnrolmentTicket } from "@wardkey/protocol/fleet";
import { PRODUCTION_SETTINGS } from "@wardkey/protocol/policy";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { run, TestSite } from "./testing/test-site.js";

/** The command has asked once how its proposal stands. */
const LOOKED_MS = 500;

let site: TestSite;
beforeAll(async () => {
  site = await TestSite.start();
});
afterAll(() => site.stop());
beforeEach(() => {
  process.env["WARDKEY_LOGIN_FILE"] = join(site.folder, "login.json");
});

async function loggedInAs(role: Parameters<TestSite["token"]>[0]): Promise<void> {
  const token = await site.token(role);
  expect((await run(["login", "--url", site.fleet.url], [token])).code).toBe(0);
}

describe("wardkey", () => {
  it("tells how it is used, and exits with 2 when it is used otherwise", async () => {
    const help = await run(["--help"]);
    expect([help.code, help.out]).toEqual([0, expect.stringContaining("Runs a Wardkey site")]);
    for (const group of ["admin", "audit", "backup", "ca", "device", "m2m", "operator", "policy", "restore", "staff"]) {
      expect(help.out).toMatch(new RegExp(`^  ${group} `, "m"));
    }
    expect((await run(["nonsense"])).code).toBe(2);
    expect((await run(["device", "deny", "bed-7"])).code).toBe(2);
  });

  it("wants a login before it speaks to a server, and keeps it for its owner alone", async () => {
    process.env["WARDKEY_LOGIN_FILE"] = join(site.folder, "none.json");
    expect(await run(["device", "list"])).toMatchObject({ code: 1, err: expect.stringContaining("[not-logged-in]") });
    process.env["WARDKEY_LOGIN_FILE"] = join(site.folder, "login.json");
    await loggedInAs("viewer");
    const file = join(site.folder, "login.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await run(["--json", "whoami"])).json()).toMatchObject({ site: "St Mary", who: { role: "viewer" } });
    await chmod(file, 0o644);
    expect((await run(["whoami"])).err).toContain("[login-file-exposed]");
    const wrong = await run(["login", "--url", site.fleet.url], ["a-token-that-nobody-was-given"]);
    expect(wrong).toMatchObject({ code: 1, out: "" });
  });

  it("says what the server said, by its code, as text or as JSON", async () => {
    await loggedInAs("viewer");
    expect(await run(["device", "deny", "bed-7", "--reason", "stolen"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("[access-refused]"),
    });
    const refused = await run(["--json", "device", "deny", "bed-7", "--reason", "stolen"]);
    expect([refused.code, refused.json()]).toEqual([
      1,
      { error: { code: "access-refused", message: expect.any(String) } },
    ]);
  });

  it("adds a device with its one-time ticket, lists it, cuts it off", async () => {
    await loggedInAs("administrator");
    const ticket = join(site.folder, "bed-7.json");
    const added = await run(["device", "add", "bed-7", "--name", "Bed 7", "--ward", "Ward 3", "--ticket", ticket]);
    expect(added).toMatchObject({ code: 0, err: "" });
    expect((await stat(ticket)).mode & 0o777).toBe(0o600);
    expect(EnrolmentTicket.parse(JSON.parse(await readFile(ticket, "utf8")))).toMatchObject({ device: "bed-7" });
    const listed = await run(["device", "list", "--ward", "Ward 3"]);
    expect(listed.out).toMatch(/^bed-7\s+awaiting\s+offline\s+Ward 3\s+Bed 7/m);
    const denied = await run(["--json", "device", "deny", "bed-7", "--reason", "stolen"]);
    expect(denied.json()).toMatchObject({ denyEpoch: expect.any(Number) });
    expect((await run(["device", "list"])).out).toMatch(/^bed-7\s+denied/m);
  });

  it("proposes profiles of peripherals, and says which file holds none", async () => {
    await loggedInAs("security-officer");
    const folder = join(site.folder, "profiles");
    await mkdir(folder);
    expect((await run(["profiles", "status"])).out).toContain("what came with their version");
    const proposed = await run(["--json", "profiles", "propose", folder, "--retire", "velleman-k8055"]);
    expect([proposed.code, proposed.json()]).toEqual([0, expect.objectContaining({ version: 1, needs: 2 })]);
    await writeFile(join(folder, "ours.json"), JSON.stringify({ id: "ours" }));
    expect((await run(["profiles", "propose", folder])).err).toContain("[profiles-unreadable]");
    await writeFile(join(folder, "ours.json"), "[");
    expect((await run(["profiles", "propose", folder])).err).toContain("ours.json holds no profile");
  });

  it("keeps the connection matrix", async () => {
    await loggedInAs("administrator");
    for (const id of ["lab-1", "desk-3"]) {
      const kind = ["--kind", id === "lab-1" ? "medical-device" : "kiosk", "--ticket", join(site.folder, `${id}.json`)];
      expect((await run(["device", "add", id, "--name", id, "--ward", "Lab", ...kind])).code).toBe(0);
    }
    expect((await run(["m2m", "allow", "lab-1", "desk-3", "results"])).code).toBe(0);
    expect((await run(["m2m", "list"])).out).toMatch(/^lab-1\s+desk-3\s+results$/m);
    expect((await run(["m2m", "forbid", "lab-1", "desk-3", "results"])).code).toBe(0);
    expect((await run(["--json", "m2m", "list"])).json()).toEqual({ pairs: [] });
  });

  it("lints, compares, explains and brings a policy from files; signing waits for people", async () => {
    await loggedInAs("security-officer");
    const folder = join(site.folder, "policy");
    await mkdir(folder, { recursive: true });
    const write = (settings: object) =>
      writeFile(join(folder, "base.json"), JSON.stringify({ v: 1, site: "st-mary", note: "From files", settings }));
    await write({ ...PRODUCTION_SETTINGS, "lease.hours": 72 });
    const linted = await run(["policy", "lint", folder]);
    expect([linted.code, linted.err]).toEqual([0, ""]);
    const compared = await run(["policy", "diff", folder]);
    expect(compared.out).toContain("lease.hours");
    expect(compared.out).toContain("two people");
    expect((await run(["policy", "explain", folder, "bed-7", "--ward", "Ward 3"])).out).toMatch(/lease\.hours\s+72/);
    const pushed = (await run(["--json", "policy", "push", folder])).json() as { id: string; revision: number };
    const proposed = await run(["--json", "policy", "sign", pushed.id, String(pushed.revision), "--no-wait"]);
    expect(proposed.json()).toMatchObject({ outcome: "proposed", needs: 2, weakening: true, version: 2 });
    expect((await run(["--json", "policy", "status"])).json()).toMatchObject({ version: 1 });

    const { approvals } = site.fleet.auth;
    const known = new Set((await approvals.list()).map(({ id }) => id));
    const ended: string[] = [];
    const signing = run(["policy", "sign", pushed.id, String(pushed.revision)]).finally(() => ended.push("signing"));
    const waits = await vi.waitUntil(async () => (await approvals.list()).find(({ id }) => !known.has(id)));
    await setTimeout(LOOKED_MS);
    expect(ended).toEqual([]);
    await approvals.reject(waits.id, { id: "olga", name: "Olga", role: "security-officer" });
    expect(await signing).toMatchObject({ code: 1, err: expect.stringContaining("[approval-rejected]") });
    await write({ ...PRODUCTION_SETTINGS, "lease.hours": 1_000 });
    expect(await run(["policy", "lint", folder])).toMatchObject({
      code: 1,
      err: expect.stringContaining("[policy-refused]"),
    });
    const asJson = await run(["policy", "lint", folder, "--json"]);
    expect([asJson.code, asJson.json()]).toEqual([1, expect.any(Object)]);
  });

  it("imports people from CSV: plans, shows what is wrong, applies", async () => {
    await loggedInAs("administrator");
    const file = join(site.folder, "people.csv");
    await writeFile(
      file,
      "hrId,givenName,familyName,role,wards\n1,Anna,Rossi,nurse,Ward 3\n2,Γιώργος,Παπαδόπουλος,nurse,Ward 3\n",
    );
    const planned = await run(["--json", "staff", "import", file, "--source", "hr"]);
    expect(planned.json()).toMatchObject({ adds: 2, faultCount: 0 });
    expect((await run(["staff", "import", file, "--source", "hr", "--apply"])).out).toContain("Applied.");
    const listed = await run(["staff", "list", "--search", "Rossi"]);
    expect(listed.out).toContain("Anna Rossi");
    await writeFile(file, "hrId,givenName,familyName,role,wards\n,=cmd(),Rossi,nurse,Ward 3\n");
    expect((await run(["--json", "staff", "import", file, "--source", "hr", "--apply"])).json()).toMatchObject({
      faultCount: 1,
    });
  });

  it("verifies the audit from files alone, backs the site up, and finds a byte that was changed in the copy", async () => {
    const verified = await run(["--json", "audit", "verify", "--site", "st-mary", "--data", site.dataDir]);
    expect([verified.code, verified.json()]).toEqual([0, expect.objectContaining({ ok: true, findingsTotal: 0 })]);
    const copy = join(site.folder, "copy");
    expect((await run(["backup", "--data", site.dataDir, "--to", copy])).code).toBe(0);
    expect((await run(["--json", "audit", "verify", "--site", "st-mary", "--data", copy])).json()).toMatchObject({
      ok: true,
    });
    const database = join(copy, "site.db");
    const bytes = await readFile(database);
    const changed = Buffer.from(bytes.toString("latin1").replaceAll("server.started", "server.stopped"), "latin1");
    expect(changed.equals(bytes)).toBe(false);
    await writeFile(database, changed);
    expect(await run(["audit", "verify", "--site", "st-mary", "--data", copy])).toMatchObject({
      code: 1,
      err: expect.stringContaining("[audit-damaged]"),
    });
  });

  it("puts a copy back, says what was lost, and lets a security officer close the matter", async () => {
    const copy = join(site.folder, "for-restore");
    expect((await run(["backup", "--data", site.dataDir, "--to", copy])).code).toBe(0);
    const data = join(site.folder, "restored");
    const restored = await run(["restore", "--from", copy, "--data", data]);
    expect(restored).toMatchObject({ code: 0, out: expect.stringContaining("wardkey restored review") });
    const late = ["restored", "mark", "--data", data, "--as-of"];
    expect(await run([...late, "2999-01-01T00:00:00Z"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("[misused]"),
    });
    expect((await run([...late, "2026-01-01T00:00:00Z"])).code).toBe(0);
    await loggedInAs("security-officer");
    expect((await run(["--json", "restored", "show"])).json()).toEqual({ lost: [], reviewed: true });
    expect(await run(["restored", "review"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("[restoration-none]"),
    });
  });

  it("makes and rotates authorities from files, and tells what two people approve", async () => {
    const data = join(site.folder, "ca");
    const rootKey = join(site.folder, "medium", "root.key");
    await mkdir(join(site.folder, "medium"), { mode: 0o700 });
    const common = ["--data", data, "--site", "st-mary", "--name", "St Mary", "--root-key", rootKey];
    expect((await run(["--json", "ca", "init", ...common])).json()).toMatchObject({ rootKeyFile: rootKey });
    expect((await run(["ca", "init", ...common])).err).toContain("[ca-exists]");
    expect((await run(["--json", "ca", "rotate", "intermediate", ...common])).json()).toMatchObject({
      digest: expect.any(String),
    });
    const next = ["--new-root-key", join(site.folder, "medium", "next.key")];
    expect((await run(["--json", "ca", "rotate", "root", ...common, ...next])).json()).toMatchObject({
      rotated: "root",
    });
  });

  it("writes what an outside broker is configured with, and overwrites nothing", async () => {
    const password = join(site.folder, "rabbit-password");
    await writeFile(password, "a password for this test\n", { mode: 0o600 });
    const rabbit = ["--folder", "/etc/wardkey", "--password-file", password];
    const mosquitto = ["--site", "st-mary", "--folder", "/etc/wardkey"];
    for (const [kind, args, file] of [
      ["mosquitto", mosquitto, "mosquitto.conf"],
      ["rabbitmq", rabbit, "rabbitmq.conf"],
    ] as const) {
      const out = join(site.folder, kind);
      const written = (await run(["--json", "broker", kind, out, ...args])).json() as { files: string[] };
      expect(written.files).toContain(file);
      for (const name of written.files) {
        const text = await readFile(join(out, name), "utf8");
        expect(text).not.toContain("a password for this test");
        expect((await stat(join(out, name))).mode & 0o077).toBe(0);
      }
      expect((await run(["broker", kind, out, ...args])).code).toBe(1);
    }
    expect(
      (await run(["broker", "mosquitto", join(site.folder, "x"), ...mosquitto, "--fleet", "nowhere"])).err,
    ).toContain("[misused]");
  });

  it("gives the policy in force as files, appoints an operator, reports a phone lost", async () => {
    await loggedInAs("administrator");
    const folder = join(site.folder, "checkout");
    expect((await run(["policy", "pull", folder])).code).toBe(0);
    expect(await run(["policy", "lint", folder])).toMatchObject({ code: 0 });
    expect((await run(["policy", "diff", folder])).out).toContain("no difference");
    const file = join(site.folder, "one.csv");
    await writeFile(file, "hrId,givenName,familyName,role,wards\n77,Bruna,Verdi,nurse,Ward 3\n");
    await run(["staff", "import", file, "--source", "agency", "--apply"]);
    const listed = (await run(["--json", "staff", "list", "--search", "Verdi"])).json() as {
      people: { staffId: string }[];
    };
    const id = listed.people[0]?.staffId ?? "";
    expect((await run(["--json", "operator", "appoint", id])).json()).toMatchObject({
      staffId: id,
      code: expect.any(String),
    });
    expect((await run(["operator", "dismiss", id])).code).toBe(0);
    expect((await run(["--json", "staff", "suspend", id])).code).toBe(0);
  });

  it("lets an administrator in again from the machine itself", async () => {
    const recovered = await run(["--json", "admin", "recover", "ada", "--data", site.dataDir, "--url", site.fleet.url]);
    expect(recovered.json()).toMatchObject({ link: expect.stringMatching(/#recovery=[A-Za-z0-9_-]{43}$/) });
  });
});
