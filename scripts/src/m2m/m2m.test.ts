import { join } from "node:path";
import { type Instant, instant } from "@wardkey/protocol";
import { topics } from "@wardkey/protocol/fleet";
import { type M2mMessage, signM2m } from "@wardkey/protocol/fleet/m2m";
import { uuidV7 } from "@wardkey/protocol/fleet/uuid-v7";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openIdentity } from "./identity.js";
import { LabResult, simulatedResult } from "./lab-result.js";
import { type Machine, openMachine } from "./machine.js";
import { Laboratory } from "./testing/laboratory.js";

const now = (): Instant => instant(Date.now());
const newId = (): string => uuidV7(Date.now());
const PAIR = { from: "lab-1", to: "desk-3", channel: "results" };
const TOPIC = topics.m2m("st-mary", PAIR);

let site: Laboratory;
let analyser: Machine;
let workstation: Machine;
const heard: M2mMessage[] = [];
const refused: string[] = [];

const folderOf = (device: string): string => join(site.folder, `${device}-kept`);
const start = (device: string, more: Partial<Parameters<typeof openMachine>[0]> = {}): Promise<Machine> =>
  openMachine({
    folder: folderOf(device),
    ticketFile: site.ticketOf(device),
    now,
    newId,
    log: () => undefined,
    ...more,
  });
const identityOf = (device: string) =>
  openIdentity({ folder: folderOf(device), ticketFile: site.ticketOf(device), at: now() });

/** Resolves when `holds`; the test's own limit is the deadline. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** As a broker that was taken over: whatever it likes, on whichever topic. */
async function inject(payload: string, topic = TOPIC): Promise<string> {
  const before = refused.length + heard.length;
  await site.fleet.machines.broker.publish({ topic, payload, retain: false });
  await until(() => refused.length + heard.length > before);
  return refused.at(-1) ?? "taken";
}
const signedBy = async (device: string, message: { from?: string; to?: string; channel?: string } = {}) =>
  signM2m(
    { site: "st-mary", ...PAIR, content: { simulated: true }, at: now(), id: newId(), ...message },
    (await identityOf(device)).issuer,
  );

beforeAll(async () => {
  site = await Laboratory.open();
  const { matrix } = site.fleet.machines;
  expect((await matrix.add(PAIR, "it-anna")).ok).toBe(true);
  workstation = await start("desk-3", {
    heard: (message) => heard.push(message),
    refused: ({ code }) => refused.push(code),
  });
  analyser = await start("lab-1");
});
afterAll(async () => {
  await analyser?.stop();
  await workstation?.stop();
  await site?.close();
});

describe("a laboratory analyser and a workstation", () => {
  it("meet after a ticket each, and a result arrives whole", async () => {
    const result = simulatedResult(1, () => 0.4);
    expect(await analyser.say("desk-3", "results", result)).toBe(true);
    await until(() => heard.length === 1);
    expect(heard[0]).toMatchObject({ from: "lab-1", profile: "medical-device", channel: "results" });
    expect(LabResult.parse(heard[0]?.content)).toEqual(result);
    expect([analyser.pairs().sends, workstation.pairs().receives]).toEqual([
      [{ to: "desk-3", channel: "results" }],
      [{ from: "lab-1", channel: "results" }],
    ]);
    const { listing } = site.fleet.machines.devices;
    await until(() => site.fleet.machines.devices.registry.one("lab-1")?.state === "enrolled");
    expect(await listing.one("lab-1")).toMatchObject({
      device: { state: "enrolled" },
      shadow: { online: true, session: 1 },
    });
  });

  it("are not fooled by a broker that forges, replays, readdresses or moves messages to another channel", async () => {
    refused.splice(0);
    const { payload } = await signedBy("lab-1");
    expect(await inject(payload)).toBe("taken");
    await start("lab-2").then((machine) => machine.stop());
    const [head, body, signature] = payload.split(".");
    const changed = Buffer.from(body ?? "", "base64url")
      .toString("utf8")
      .replace("true", "false");
    const attempts: [string, string][] = [
      ["m2m-replayed", payload],
      ["m2m-forged", `${head}.${Buffer.from(changed).toString("base64url")}.${signature}`],
      ["m2m-readdressed", (await signedBy("lab-1", { to: "lab-2" })).payload],
      ["m2m-channel", (await signedBy("lab-1", { channel: "orders" })).payload],
      ["m2m-sender", (await signedBy("lab-2", { from: "lab-2" })).payload],
      ["m2m-forged", (await signedBy("lab-2")).payload],
      ["m2m-forged", "{}"],
    ];
    const before = heard.length;
    for (const [code, forged] of attempts) expect([code, await inject(forged)]).toEqual([code, code]);
    expect(heard.length).toBe(before);
  });

  it("hear nobody without a pair: the broker refuses who tries, and the audit has it once", async () => {
    const { client, roots } = await identityOf("lab-2");
    const intruder = await connectAsync(site.fleet.machines.broker.url, {
      ...{ clientId: "lab-2", protocolVersion: 4, reconnectPeriod: 0 },
      ...{ ca: [...roots], key: client.key, cert: client.certificates },
    });
    const closed = new Promise<void>((resolve) => intruder.once("close", () => resolve()));
    const before = heard.length + refused.length;
    const { payload } = await signedBy("lab-2", { from: "lab-2" });
    intruder.publish(topics.m2m("st-mary", { ...PAIR, from: "lab-2" }), payload, { qos: 1 });
    await closed;
    await intruder.endAsync(true);
    while ((await site.refusedAttempts()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await site.refusedAttempts()).toEqual([
      { from: "lab-2", to: "desk-3", channel: "results", code: "topic-refused", count: 1 },
    ]);
    expect(heard.length + refused.length).toBe(before);
  });

  it("stop at once when their pair is taken away, and go on when it is given back", async () => {
    const { matrix } = site.fleet.machines;
    await matrix.remove(PAIR, "it-anna");
    await until(() => analyser.pairs().sends.length === 0 && workstation.pairs().receives.length === 0);
    expect(await analyser.say("desk-3", "results", { simulated: true })).toBe(false);
    await matrix.add(PAIR, "it-anna");
    await until(() => analyser.pairs().sends.length === 1 && workstation.pairs().receives.length === 1);
    const before = heard.length;
    expect(await analyser.say("desk-3", "results", { simulated: true })).toBe(true);
    await until(() => heard.length > before);
  });

  it("answer the fleet's commands once, and renew their certificates when they are told", async () => {
    const { commands } = site.fleet.machines.devices;
    const send = (command: "identify" | "refresh" | "renew-certificates") =>
      commands.send({ device: "lab-1", command, by: "it-anna" });
    expect(await send("refresh")).toMatchObject({ outcome: "answered", status: 200 });
    expect(await send("identify")).toMatchObject({ outcome: "answered", status: 501, code: "no-screen" });
    const before = (await identityOf("lab-1")).issuer.chain[0];
    expect(await send("renew-certificates")).toMatchObject({ outcome: "answered", status: 200 });
    const renewed = async (): Promise<boolean> =>
      Buffer.compare((await identityOf("lab-1")).issuer.chain[0] ?? new Uint8Array(), before ?? new Uint8Array()) !== 0;
    while (!(await renewed())) await new Promise((resolve) => setTimeout(resolve, 20));
    const count = heard.length;
    while (!(await analyser.say("desk-3", "results", { simulated: true }).catch(() => false))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await until(() => heard.length > count);
  });

  it("believe nothing of an analyser that was denied, even when the broker still carries it", async () => {
    const { devices } = site.fleet.machines;
    refused.splice(0);
    const asked = performance.now();
    expect(await devices.denials.deny({ device: "lab-1", by: "it-anna", reason: "stolen" })).toMatchObject({
      ok: true,
      pending: [],
    });
    await until(() => !site.fleet.machines.broker.connected().includes("lab-1"));
    const signed = await signedBy("lab-1");
    let answer = await inject(signed.payload);
    while (answer === "taken") answer = await inject((await signedBy("lab-1")).payload);
    expect([answer, performance.now() - asked < 5_000]).toEqual(["m2m-denied", true]);
  });
});
