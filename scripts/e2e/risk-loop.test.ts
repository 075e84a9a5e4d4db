import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Agent } from "@wardkey/agent";
import { SimulatedSenses } from "@wardkey/agent/testing/senses";
import { TestFleet } from "@wardkey/fleet-server/testing/past-fleet";
import { hours, minutes } from "@wardkey/protocol";
import type { JournalKind } from "@wardkey/protocol/fleet";
import { FromScreen, SCREEN_SOCKET_PATH, type ScreenView, ToScreen } from "@wardkey/protocol/screen";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Watch, watchPage } from "../src/hospital/watch.js";
import { readJournal } from "../src/shift/journal.js";
import { type Administrators, registerTwo } from "./test-support/administrators.js";
import { BED_7, startBedSeven } from "./test-support/bed-seven.js";

const ASSET = `/v1/risk/asset?id=device:${BED_7.id}`;
/** Under which name the fleet journals its own acts. */
const FLEET = "wardkey-fleet";
const ANNA = { id: "anna" };
/** Of the real time, which goes on beside the one that the test moves. */
const PATIENT = { timeout: 30_000, interval: 50 };
/** A fleet server looks at what is over once a minute, when a clock was moved under it. */
const A_ROUND = { timeout: 75_000, interval: 250 };
const LEASE_HOURS = { normal: 48, atRisk: 2 };

const folder = mkdtempSync(join(tmpdir(), "wardkey-risk-loop-"));
const senses = new SimulatedSenses();
let fleet: TestFleet;
let agent: Agent;
let administrators: Administrators;
let screen: Watch<ScreenView, FromScreen>;
let emergencyCode: string;
const refused: string[] = [];

/** A real fleet server and a whole agent with simulated radio and camera, both by a clock that the test moves. */
beforeAll(async () => {
  fleet = await TestFleet.make();
  await fleet.start();
  administrators = await registerTwo(() => fleet.running);
  const who = { givenName: "Carla", familyName: "Bianchi", role: "nurse", wards: [BED_7.ward], employment: "staff" };
  await administrators.ask("POST", "/v1/staff", { ...who, hrId: null, endsAt: null });
  emergencyCode = String((await administrators.ask("POST", "/v1/staff/carla-bianchi/emergency-cards"))["code"]);
  await publish({
    "lease.hours": LEASE_HOURS.normal,
    "risk.leaseHours": LEASE_HOURS.atRisk,
    "risk.quarantine": "high",
  });
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>kiosk</title>");
  agent = await startBedSeven(
    { folder, ticketFile: fleet.ticketFile },
    { createSenses: async () => senses, clock: fleet.clock },
  );
  screen = await watchPage({
    ...{ pageUrl: agent.pageUrl, path: SCREEN_SOCKET_PATH, from: FromScreen, to: ToScreen },
    onRefused: (command, code) => refused.push(`${command} ${code}`),
  });
}, 90_000);
afterAll(async () => {
  screen?.close();
  await agent?.stop();
  await fleet?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** A draft with these settings in its base, signed by both with their passkeys. */
async function publish(change: Record<string, unknown>): Promise<void> {
  const draft = await administrators.ask("POST", "/v1/policy/drafts");
  const content = draft["content"] as { base: Record<string, unknown> };
  const base = { ...content.base, ...change };
  const at = `/v1/policy/drafts/${draft["id"]}`;
  await administrators.ask("PUT", at, { revision: 1, content: { ...content, base } });
  const proposed = await administrators.ask("POST", `${at}/propose`, { revision: 2, pace: "at-once" });
  expect(proposed).toMatchObject({ outcome: "proposed", needs: 2 });
  await administrators.approve(String(proposed["approval"]));
}

const isState = (state: ScreenView["session"]["state"]) => (view: ScreenView) => view.session.state === state;
const shown = (fits: (view: ScreenView) => boolean) =>
  expect.poll(() => (fits(agent.view()) ? true : agent.view().session), PATIENT).toBe(true);
const journaled = async (kind: JournalKind) =>
  (await readJournal(agent.journalFile)).filter((each) => each.kind === kind);
/** By which level of risk the kiosk let people in, as it journaled it. */
const levels = async () => (await journaled("risk.in-force")).map(({ body }) => body["level"]);
const kindsOf = async (source: string) => (await administrators.audited(source)).map(({ kind }) => kind);
const leaseHours = async () => {
  const { device } = (await administrators.ask("GET", `/v1/devices/${BED_7.id}`)) as {
    device: { reported: { leaseEndsAt: number } | null };
  };
  return Math.round(((device.reported?.leaseEndsAt ?? 0) - fleet.clock.now()) / hours(1));
};
const asset = () => administrators.ask("GET", ASSET);

function walksUp(holder: { id: string }): void {
  senses.presence.say({ type: "near", holder });
  senses.vision.sees({ at: fleet.clock.monotonic(), faces: 1 });
}

async function leaves(holder: { id: string }): Promise<void> {
  senses.presence.say({ type: "gone", holder });
  await shown(isState("locked"));
}

/** Somebody else before the camera each time, with a phone that is not theirs. */
async function turnAway(count: number, outcome: "no-match" | "not-live"): Promise<void> {
  senses.vision.answers = [{ outcome }];
  const before = (await journaled("tap.refused")).length;
  for (let turn = 1; turn <= count; turn += 1) {
    const holder = { id: `${outcome}-${turn}` };
    walksUp(holder);
    await expect.poll(async () => (await journaled("tap.refused")).length, PATIENT).toBe(before + turn);
    senses.presence.say({ type: "gone", holder });
    await shown(({ session }) => session.state === "locked" || session.state === "degraded");
  }
  senses.vision.answers = [{ outcome: "match", branch: "bare" }];
}

describe("a risk that a kiosk's own events raise", () => {
  it("is none as long as nothing happens: she comes in hands-free, for as long as the policy says", async () => {
    await shown(isState("locked"));
    await expect.poll(leaseHours, PATIENT).toBe(LEASE_HOURS.normal);
    walksUp(ANNA);
    await shown(isState("unlocked"));
    expect(senses.vision.challengesAsked).toEqual([]);
    await leaves(ANNA);
    // A device that came a moment ago is not drawn yet.
    const drawn = () => asset().catch(() => null);
    await expect.poll(drawn, PATIENT).toMatchObject({ asset: { level: "normal" }, told: null, detections: [] });
  }, 60_000);

  it("reaches the kiosk with its reasons, which asks for more and works alone for less long", async () => {
    await turnAway(7, "no-match");
    await expect.poll(asset, PATIENT).toMatchObject({
      asset: { id: `device:${BED_7.id}`, level: "raised" },
      told: { level: "raised", reasons: ["refusal-burst"], said: true, quarantined: false },
      detections: [{ detector: "refusal-burst", active: true, facts: { code: "no-match", count: 7, minutes: 5 } }],
    });
    await expect.poll(leaseHours, PATIENT).toBe(LEASE_HOURS.atRisk);

    // Hands-free does not do any more ...
    walksUp(ANNA);
    await shown(({ session }) => session.state === "refused" && session.reason === "phone-refused");
    expect((await journaled("tap.refused")).at(-1)?.body).toMatchObject({ reason: "phone-refused" });
    await leaves(ANNA);
    // ... and who says yes on the phone is asked to move besides.
    senses.taps.consent = "B";
    const bruno = { id: "bruno" };
    walksUp(bruno);
    await shown(isState("unlocked"));
    expect(senses.vision.challengesAsked).toHaveLength(1);
    await leaves(bruno);
  }, 120_000);

  it("is journaled by both: what happened at the kiosk, and what the fleet made of it", async () => {
    await expect.poll(() => kindsOf(FLEET), PATIENT).toEqual(expect.arrayContaining(["risk.detected", "risk.raised"]));
    expect(await levels()).toEqual(["raised"]);
    const here = (await readJournal(agent.journalFile)).map(({ id }) => id);
    const there = async () => (await administrators.audited(BED_7.id)).map(({ id }) => id);
    await expect.poll(there, PATIENT).toEqual(here);
  }, 60_000);

  it("lets go by itself when it is over, and the kiosk with it", async () => {
    fleet.clock.move(minutes(36));
    await administrators.signIn();
    // The kiosk needs nobody's word for it.
    senses.taps.consent = "A";
    walksUp(ANNA);
    await shown(isState("unlocked"));
    expect(senses.vision.challengesAsked).toHaveLength(1);
    await leaves(ANNA);
    await expect.poll(asset, A_ROUND).toMatchObject({
      asset: { level: "normal" },
      told: { level: "normal", reasons: [], until: null, said: true, quarantined: false },
      detections: [],
    });
    await expect.poll(() => kindsOf(FLEET), PATIENT).toContain("risk.let-go");
    await expect.poll(levels, PATIENT).toEqual(["raised", "normal"]);
    await expect.poll(leaseHours, PATIENT).toBe(LEASE_HOURS.normal);
  }, 150_000);
});

const isCutOff = ({ session }: ScreenView) => session.state === "degraded" && session.reason === "kiosk-cut-off";
const breakGlass = () => screen.send({ type: "break-glass", reason: "patient-in-danger", code: emergencyCode });

describe("a kiosk whose policy locks it at a high risk", () => {
  it("is quarantined: shut to everybody, to an emergency too", async () => {
    await turnAway(6, "not-live");
    await shown(isCutOff);
    await expect.poll(asset, PATIENT).toMatchObject({
      asset: { level: "high" },
      told: { level: "high", reasons: ["presentation-attack"], said: true, quarantined: true },
    });
    expect(await administrators.ask("GET", `/v1/devices/${BED_7.id}`)).toMatchObject({
      device: { state: "quarantined", reason: "risk-high" },
    });
    // The third of them had raised it before the sixth made it high.
    expect(await levels()).toEqual(["raised", "normal", "raised", "high"]);
    const asked = senses.taps.asked.length;
    walksUp(ANNA);
    breakGlass();
    await expect.poll(() => refused, PATIENT).toEqual(["break-glass kiosk-cut-off"]);
    expect(senses.taps.asked).toHaveLength(asked);
    expect(agent.view()).not.toHaveProperty("breakGlass");
    senses.presence.say({ type: "gone", holder: ANNA });
    expect((await journaled("security.alert")).at(-1)?.body).toEqual({ reason: "device-quarantined" });
    expect(await kindsOf(FLEET)).toEqual(expect.arrayContaining(["risk.raised", "device.quarantined"]));
  }, 120_000);

  it("is let out by an administrator, with what its level says left in force: no face, but an emergency", async () => {
    await administrators.ask("POST", `/v1/devices/${BED_7.id}/release`);
    await shown(isState("locked"));
    await expect
      .poll(asset, PATIENT)
      .toMatchObject({ asset: { level: "high" }, told: { level: "high", quarantined: false } });
    senses.taps.consent = "C";
    walksUp(ANNA);
    await shown(({ session }) => session.state === "refused");
    senses.presence.say({ type: "gone", holder: ANNA });
    await shown(({ breakGlass: glass }) => glass?.code === true);
    breakGlass();
    await shown(({ session }) => session.state === "unlocked" && session.emergency !== undefined);
    screen.send({ type: "lock-now" });
    await shown(isState("locked"));
    const waiting = async () => (await administrators.ask("GET", "/v1/break-glass"))["emergencies"];
    await expect.poll(waiting, PATIENT).toMatchObject([{ kiosk: BED_7.id, staffId: "carla-bianchi", state: "open" }]);
    expect(await kindsOf(FLEET)).toContain("device.released");
    // Nobody locks again by machine what a person has let out.
    expect(agent.view().session.state).toBe("locked");
  }, 90_000);
});
