import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backUp, restore } from "./backup.js";
import { TestFleet } from "./testing/test-fleet.js";

let site: TestFleet;
beforeEach(async () => {
  site = await TestFleet.make();
});
afterEach(() => site.remove());

const coded = (code: string): unknown => expect.objectContaining({ code });

describe("a backup", () => {
  it("made while the server runs brings the site back on another machine: root, devices, audit, policy", async () => {
    const before = await site.start();
    const to = join(site.folder, "copy");
    const size = await before.records.audit.proofs.size();
    await backUp({ dataDir: site.dataDir, to, now: 1 });
    for (const name of await readdir(to)) expect([name, (await stat(join(to, name))).mode & 0o077]).toEqual([name, 0]);
    await site.stop();
    await rm(site.dataDir, { recursive: true });
    expect(await restore({ from: to, dataDir: site.dataDir, now: 2 })).toMatchObject({ madeAt: 1 });
    const again = await site.start();
    expect(again.rootCertificate).toEqual(before.rootCertificate);
    expect(again.machines.devices.registry.one("bed-7")).toMatchObject({ name: "Bed 7" });
    expect(again.rules.policies.current().digest).toBe(before.rules.policies.current().digest);
    expect(await again.records.audit.proofs.size()).toBeGreaterThanOrEqual(size);
    expect(await again.records.audit.verify()).toEqual([]);
  });

  it("leaves the root's key where it is", async () => {
    await site.start();
    const to = join(site.folder, "copy");
    await backUp({ dataDir: site.dataDir, to, now: 1 });
    expect(await readdir(join(to, "pki"))).not.toContain("root.key");
    expect(await readdir(join(site.dataDir, "pki"))).toContain("root.key");
  });

  it("is refused where it would overwrite, or where there is nothing to copy", async () => {
    await site.start();
    const to = join(site.folder, "copy");
    await mkdir(to);
    await writeFile(join(to, "other"), "");
    await expect(backUp({ dataDir: site.dataDir, to, now: 1 })).rejects.toEqual(coded("backup-exists"));
    const empty = join(site.folder, "empty");
    await expect(backUp({ dataDir: empty, to: join(site.folder, "else"), now: 1 })).rejects.toEqual(
      coded("not-a-site"),
    );
  });
});

describe("a restore", () => {
  it("is refused over a site, from a copy that is not whole, and from a folder that is none", async () => {
    await site.start();
    const to = join(site.folder, "copy");
    await backUp({ dataDir: site.dataDir, to, now: 1 });
    await expect(restore({ from: to, dataDir: site.dataDir, now: 2 })).rejects.toEqual(coded("already-running"));
    await site.stop();
    await expect(restore({ from: to, dataDir: site.dataDir, now: 2 })).rejects.toEqual(coded("site-exists"));
    const elsewhere = join(site.folder, "elsewhere");
    await writeFile(join(to, "site.db"), "SQLite format 3\u0000 and no more");
    await expect(restore({ from: to, dataDir: elsewhere, now: 2 })).rejects.toBeDefined();
    await rm(join(to, "site.db"));
    await expect(restore({ from: to, dataDir: elsewhere, now: 2 })).rejects.toEqual(coded("backup-damaged"));
    await expect(restore({ from: join(site.folder, "none"), dataDir: elsewhere, now: 2 })).rejects.toEqual(
      coded("backup-damaged"),
    );
  });

  it("that broke off before the database was there is no site to start", async () => {
    await site.start();
    const to = join(site.folder, "copy");
    await backUp({ dataDir: site.dataDir, to, now: 1 });
    await site.stop();
    await rm(site.dataDir, { recursive: true });
    await restore({ from: to, dataDir: site.dataDir, now: 2 });
    await rm(join(site.dataDir, "site.db"));
    await expect(site.start()).rejects.toEqual(coded("restore-unfinished"));
    await restore({ from: to, dataDir: site.dataDir, now: 2 });
    expect((await site.start()).machines.devices.registry.one("bed-7")).toMatchObject({ name: "Bed 7" });
  });
});
