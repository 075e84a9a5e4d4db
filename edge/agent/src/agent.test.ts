import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ReportedMessage } from "@wardkey/protocol/fleet";
import { DEMO_SETTINGS } from "@wardkey/protocol/policy";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AgentWard, KIOSK, type ScreenPage } from "./testing/agent-ward.js";
import { systemClock } from "./time.js";
import type { Agent } from "./world.js";

let ward: AgentWard;
beforeEach(async () => {
  ward = await AgentWard.open();
});
afterEach(() => ward.close());

const journaled = async (): Promise<[string, unknown][]> =>
  (await ward.journaled()).map((event) => [event.kind, event.body["reason"] ?? event.body["staffId"]]);

describe("the agent", () => {
  it("lets a person in, shows it, locks when asked, and leaves a whole journal", async () => {
    await ward.certify();
    const agent = await ward.start();
    const page = await ward.page(agent);
    await page.until((view) => view.health.fleet === "ok");
    await ward.comeIn(page);
    expect(agent.view()).toMatchObject({
      session: { state: "unlocked", name: "Anna" },
      cameraAttested: false,
      liveness: { enforced: false, score: 0.9 },
      health: { phone: "ok", camera: "ok", fleet: "ok", journal: "ok" },
    });
    page.say({ type: "lock-now" });
    expect((await page.until((view) => view.session.state === "locked")).session).toMatchObject({ why: "lock-now" });
    await agent.stop();
    expect(await journaled()).toEqual([
      ["agent.started", undefined],
      ["tap.started", "anna"],
      ["session.unlocked", "anna"],
      ["session.locked", "lock-now"],
      ["agent.stopped", undefined],
    ]);
  });

  it("locks before it stops", async () => {
    await ward.certify();
    const agent = await ward.start();
    await ward.comeIn(await ward.page(agent));
    await agent.stop();
    expect(agent.view().session.state).not.toBe("unlocked");
    expect(ward.senses.taps.sessions[0]?.closed).toBe(true);
    expect((await journaled()).slice(-2)).toEqual([
      ["session.locked", "lock-now"],
      ["agent.stopped", undefined],
    ]);
  });

  it("comes up locked without a site, and lets nobody in", async () => {
    const agent = await ward.start();
    const page = await ward.page(agent);
    const view = await page.until((each) => each.session.state === "degraded");
    expect(view).toMatchObject({ session: { reason: "lease-expired" }, health: { fleet: "down" } });
    ward.senses.presence.say({ type: "near", holder: { id: "anna" } });
    ward.senses.vision.sees({ at: systemClock.monotonic(), faces: 1 });
    expect(ward.senses.taps.asked).toEqual([]);
    page.say({ type: "enrol-begin", operatorCode: "482913", givenName: "Anna", familyName: "" });
    expect(await page.refusal()).toEqual({ type: "refused", command: "enrol-begin", code: "lease-expired" });
  });

  it("lets people in and out while the fleet is away, and tells it everything once it is back", async () => {
    await ward.certify();
    const agent = await ward.start();
    const page = await ward.page(agent);
    await page.until((view) => view.health.fleet === "ok");
    await ward.fleet.goAway();
    await page.until((view) => view.health.fleet === "degraded");
    await ward.comeIn(page);
    page.say({ type: "lock-now" });
    await page.until((view) => view.session.state === "locked");
    await ward.fleet.comeBack();
    const told = (): unknown[] => (ward.fleet.journals.get(KIOSK) ?? []).map(({ kind }) => kind);
    while (told().length < 4) await new Promise((resume) => setTimeout(resume, 10));
    expect(told()).toEqual(["agent.started", "tap.started", "session.unlocked", "session.locked"]);
  });

  it("keeps its folder, token and journal to itself", async () => {
    const agent = await ward.start();
    expect((await stat(join(ward.folder, "data"))).mode & 0o777).toBe(0o700);
    expect(await readFile(join(ward.folder, "data", "page-token"), "utf8")).toBe(new URL(agent.pageUrl).hash.slice(7));
    const names = (await readdir(join(ward.folder, "data"))).filter((name) => !name.startsWith("agent.lock"));
    expect(names).toContain("sealing-key");
    for (const name of names) {
      expect([name, (await stat(join(ward.folder, "data", name))).mode & 0o077]).toEqual([name, 0]);
    }
  });

  it("does not start beside a running one, which goes on", async () => {
    const first = await ward.start();
    await expect(ward.start()).rejects.toMatchObject({ code: "already-running" });
    expect((await fetch(`${first.url}livez`)).status).toBe(200);
    await first.stop();
    await ward.start();
  });

  it("says which port is in use, and lets everything go again", async () => {
    const first = await ward.start({ dataDir: join(ward.folder, "first") });
    const port = Number(new URL(first.url).port);
    await expect(ward.start({ port })).rejects.toMatchObject({ code: "port-in-use" });
    expect(ward.senses.closed).toBe(true);
    await ward.start();
  });
});

// threats.md, row 7: what a stolen phone can do ends with the word of the fleet.
describe("the fleet's word", () => {
  const reported = () => ReportedMessage.safeParse(ward.fleet.broker.latest(KIOSK, "reported")).data?.body;
  const ready = async (): Promise<{ agent: Agent; page: ScreenPage }> => {
    await ward.certify();
    const agent = await ward.start();
    const page = await ward.page(agent);
    await page.until((view) => view.health.fleet === "ok");
    return { agent, page };
  };

  it("ends the open session of a person who was revoked within five seconds, and lets her in no more", async () => {
    const { agent, page } = await ready();
    await ward.comeIn(page);
    const deniedAt = systemClock.monotonic();
    await ward.fleet.deny({ holders: ["anna"] });
    const shown = await page.until((view) => view.session.state !== "unlocked");
    expect(systemClock.monotonic() - deniedAt).toBeLessThan(5_000);
    expect(shown.session).toMatchObject({ state: "locked", why: "person-cut-off" });
    expect(ward.senses.taps.sessions[0]?.closed).toBe(true);
    await agent.stop();
    expect((await journaled()).slice(-2)).toEqual([
      ["session.locked", "person-cut-off"],
      ["agent.stopped", undefined],
    ]);
  });

  it("leaves the session of everybody else alone, and points at itself when somebody looks for it", async () => {
    const { agent, page } = await ready();
    await ward.comeIn(page);
    await ward.fleet.deny({ holders: ["bruno"] });
    await ward.fleet.command(KIOSK, { command: "identify" });
    await page.until(({ device }) => device.name === "▶ Workstation 1 ◀");
    expect(agent.view().session.state).toBe("unlocked");
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ["denies the kiosk", () => ward.fleet.deny({ devices: [KIOSK] }), "kiosk-cut-off"],
    ["puts it in quarantine", () => ward.fleet.want(KIOSK, 1, { status: "quarantined" }), "kiosk-cut-off"],
  ])("locks and lets nobody in when it %s", async (_what, say, reason) => {
    const { page } = await ready();
    await ward.comeIn(page);
    await say();
    await page.until((view) => view.session.state === "degraded" && view.session.reason === reason);
    ward.senses.presence.say({ type: "near", holder: { id: "bruno" } });
    ward.senses.vision.sees({ at: systemClock.monotonic(), faces: 1 });
    expect(ward.senses.taps.asked).toEqual(["anna"]);
  });

  it("brings its policy, which is reported and in the journal, and an older one changes nothing", async () => {
    await ready();
    await ward.fleet.state({ version: 2, base: { ...DEMO_SETTINGS, "idle.lockSeconds": 30 } });
    const version = (): unknown => reported()?.policy?.version;
    while (version() !== 2) await new Promise((resume) => setTimeout(resume, 10));
    await ward.fleet.state({ version: 1, base: DEMO_SETTINGS });
    const events = async () => (await ward.journaled()).filter(({ kind }) => kind.startsWith("policy."));
    while ((await events()).length < 2) await new Promise((resume) => setTimeout(resume, 10));
    expect((await events()).map(({ kind, body }) => [kind, body["version"]])).toEqual([
      ["policy.in-force", 2],
      ["policy.refused", 1],
    ]);
    expect(version()).toBe(2);
  });

  it("that asks for a camera which nobody chose at the start lets nobody in until the next one", async () => {
    const { page } = await ready();
    await page.until((view) => view.session.state === "locked");
    await ward.fleet.state({ version: 1, base: { ...DEMO_SETTINGS, "camera.attested": true } });
    await page.until((view) => view.session.state === "degraded" && view.session.reason === "camera-unattested");
    page.frame();
    expect(await page.refusal()).toEqual({ type: "refused", command: "frame", code: "camera-unattested" });
  });

  it("locks on command, and the fleet hears that it did", async () => {
    const { page } = await ready();
    await ward.comeIn(page);
    await ward.fleet.command(KIOSK, { command: "lock" });
    await page.until((view) => view.session.state === "locked");
    while (ward.fleet.answers.length === 0) await new Promise((resume) => setTimeout(resume, 5));
    expect(ward.fleet.answers).toMatchObject([{ body: { body: { status: 200, code: null } } }]);
  });
});

describe("pictures from the page (threats row 24)", () => {
  it("are taken in the demo, and marked as unattested", async () => {
    await ward.certify();
    const page = await ward.page(await ward.start());
    await page.until((view) => view.health.fleet === "ok");
    page.say({ type: "camera", state: "available" });
    page.frame();
    while (ward.senses.vision.frames.length === 0) await new Promise((resume) => setTimeout(resume, 5));
    expect(ward.senses.vision.pageStates).toEqual(["available"]);
  });

  it("are refused in production, also the right person's: nothing reaches the eyes, nobody is asked", async () => {
    await ward.certify();
    const page = await ward.page(await ward.start({ profile: "production" }));
    await page.until((view) => view.session.state === "degraded" && view.session.reason === "camera-unattested");
    page.say({ type: "camera", state: "available" });
    page.frame();
    expect(await page.refusal()).toEqual({ type: "refused", command: "frame", code: "camera-unattested" });
    ward.senses.presence.say({ type: "near", holder: { id: "anna" } });
    expect([ward.senses.vision.frames, ward.senses.vision.pageStates, ward.senses.taps.asked]).toEqual([[], [], []]);
    expect((await page.until(() => true)).frames).toBe("off");
  });

  it("cannot be played from a file in production either", async () => {
    await ward.certify();
    const page = await ward.page(
      await ward.start({ profile: "production", camera: { kind: "file", path: "/srv/anna.mp4" } }),
    );
    await page.until((view) => view.session.state === "degraded" && view.session.reason === "camera-unattested");
  });
});
