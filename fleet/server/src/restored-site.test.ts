import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { hours, minutes } from "@wardkey/protocol";
import sqlite3 from "sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { backUp, restore } from "./backup.js";
import { newKey, requestFor } from "./pki/testing/test-device.js";
import { TestFleet } from "./testing/test-fleet.js";

let site: TestFleet;
beforeEach(async () => {
  site = await TestFleet.make();
});
afterEach(() => site.remove());

const State = z.object({ topic: z.string(), epoch: z.number(), body: z.string() });
interface Said {
  readonly epoch: number;
  readonly body: Record<string, unknown>;
}

/** What is retained for devices, by topic. */
async function retained(): Promise<Map<string, Said>> {
  await site.running.machines.devices.desired.idle();
  await site.running.records.heads.renew();
  await expect.poll(async () => (await states()).has("wardkey/v1/st-mary/all/tree-head")).toBe(true);
  return await states();
}

async function states(): Promise<Map<string, Said>> {
  const database = new sqlite3.Database(join(site.dataDir, "site.db"), sqlite3.OPEN_READONLY);
  try {
    const rows = await new Promise<unknown>((resolve, reject) =>
      database.all("select topic, epoch, body from downlink_states", (error, found) =>
        error ? reject(error) : resolve(found),
      ),
    );
    return new Map(
      z
        .array(State)
        .parse(rows)
        .map(({ topic, epoch, body }) => [
          topic,
          { epoch, body: z.record(z.string(), z.unknown()).parse(JSON.parse(body)) },
        ]),
    );
  } finally {
    await new Promise<void>((resolve) => database.close(() => resolve()));
  }
}

async function enrolled(key = newKey()): Promise<Uint8Array> {
  const { token } = await site.ticket();
  const request = requestFor("bed-7", key);
  const made = await site.running.machines.pki.est.enrol({ device: "bed-7", token, profile: "kiosk", request });
  if (!made.ok) throw new Error(made.code);
  return made.certificate;
}

async function renewedWith(certificate: Uint8Array, key: ReturnType<typeof newKey>): Promise<Uint8Array> {
  const peer = { certificate, resumed: false };
  const request = requestFor("bed-7", key);
  const made = await site.running.machines.pki.est.renew({ peer, profile: "kiosk", request });
  if (!made.ok) throw new Error(made.code);
  return made.certificate;
}

type Role = "operator" | "security-officer";
async function asked(role: Role, path: string): Promise<number> {
  const { administrators, tokens, world } = site.running.auth;
  const admin = { id: `${role}-${randomUUID().slice(0, 8)}`, name: role, role };
  await administrators.write(world.database, admin);
  const { token } = await tokens.make(admin, { name: "test", role, days: 1 });
  const url = new URL(path, site.running.url);
  return (await fetch(url, { method: "POST", headers: { authorization: `Bearer ${token}` } })).status;
}

async function backedUp(): Promise<() => Promise<void>> {
  const from = join(site.folder, "copy");
  await backUp({ dataDir: site.dataDir, to: from, now: site.clock.now() });
  return async () => {
    await site.stop();
    await rm(site.dataDir, { recursive: true });
    await restore({ from, dataDir: site.dataDir, now: site.clock.now() });
    await site.start();
  };
}

describe("a site restored from an older backup", () => {
  it("is obeyed at once: everything that devices remember is behind what it says now", async () => {
    await site.start();
    const putBack = await backedUp();
    const { machines } = site.running;
    for (const person of ["anna", "bruno", "clara"]) await machines.pki.holders.ban(person);
    await machines.devices.desired.now("bed-7");
    await site.running.rules.rollouts.restate();
    const before = await retained();
    expect([...before.keys()].sort()).toEqual([
      "wardkey/v1/st-mary/all/deny-list",
      "wardkey/v1/st-mary/all/policy",
      "wardkey/v1/st-mary/all/tree-head",
      "wardkey/v1/st-mary/device/bed-7/down/desired",
    ]);
    site.clock.move(minutes(5));
    await putBack();
    const topics = [...before.keys()];
    await expect
      .poll(async () => {
        const after = await retained();
        return topics.filter((topic) => (after.get(topic)?.epoch ?? 0) <= (before.get(topic)?.epoch ?? 0));
      })
      .toEqual([]);
    const after = await retained();
    expect(after.get("wardkey/v1/st-mary/all/deny-list")?.body).toMatchObject({ gap: { after: 0 } });
    expect(after.get("wardkey/v1/st-mary/all/tree-head")?.body).toMatchObject({ era: expect.any(Number) });
    expect(site.logged.join("")).toContain("restored-not-reviewed");
    const newest = await site.running.records.audit.newest(20);
    expect(newest.map(({ kind }) => kind)).toContain("backup.restored");
  });

  it("has its gap until a security officer says that it is closed, and everybody is told", async () => {
    await site.start();
    const putBack = await backedUp();
    await site.running.machines.pki.holders.ban("anna");
    await putBack();
    const list = async (): Promise<Said | undefined> => (await states()).get("wardkey/v1/st-mary/all/deny-list");
    await expect.poll(async () => (await list())?.body["gap"]).toEqual({ after: 0, before: expect.any(Number) });
    const before = (await list())?.epoch ?? 0;
    const reviewed = (role: Role): Promise<number> => asked(role, "/v1/restoration/reviewed");
    expect([await reviewed("operator"), (await list())?.epoch]).toEqual([403, before]);
    expect(await reviewed("security-officer")).toBe(204);
    await expect.poll(async () => (await list())?.body).toMatchObject({ denyEpoch: before + 1, holders: [] });
    expect((await list())?.body).not.toHaveProperty("gap");
    expect(await reviewed("security-officer")).toBe(409);
    await site.stop();
    await site.start();
    expect((await list())?.body).not.toHaveProperty("gap");
  });

  it("lets in who renewed after the backup, and renews for them", async () => {
    await site.start();
    const key = newKey();
    const first = await enrolled(key);
    const state = (): unknown => site.running.machines.devices.registry.one("bed-7")?.state;
    await expect.poll(state).toBe("enrolled");
    const putBack = await backedUp();
    site.clock.move(hours(13));
    const renewed = await renewedWith(first, key);
    expect(renewed).not.toEqual(first);
    await putBack();
    const { machines } = site.running;
    const admitted = async (): Promise<unknown> => {
      const admission = await machines.pki.admit({ certificate: renewed, resumed: false });
      return admission.ok ? admission.device : admission.code;
    };
    expect(await Promise.all([admitted(), admitted()])).toEqual(["bed-7", "bed-7"]);
    expect(await machines.pki.certificatesOf("bed-7")).toHaveLength(2);
    site.clock.move(hours(13));
    expect(await renewedWith(renewed, key)).not.toEqual(renewed);
    await machines.pki.denyDevice("bed-7");
    expect(await admitted()).toBe("device-denied");
  });

  it("shuts out what was issued after the backup to a device that was replaced again since", async () => {
    await site.start();
    const putBack = await backedUp();
    const stolen = await enrolled();
    await putBack();
    site.clock.move(minutes(30));
    await enrolled();
    const { machines } = site.running;
    expect(await machines.pki.admit({ certificate: stolen, resumed: false })).toEqual({
      ok: false,
      code: "certificate-unknown",
    });
  });
});
