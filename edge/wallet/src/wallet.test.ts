import { readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { hours, minutes } from "@wardkey/protocol";
import { encodeOffer } from "@wardkey/protocol/credential";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TEST_EID_KEY, TEST_TEMPLATE, TestKiosk } from "./testing/test-kiosk.js";
import { openWard, type TestWard, walkUp } from "./testing/test-wallet.js";

describe("a phone in a ward", () => {
  let ward: TestWard;
  beforeAll(async () => {
    ward = await openWard();
  });
  afterAll(() => ward.close());

  it("shows nothing of itself before it is enrolled", async () => {
    const { credential, visibility, history } = await ward.page.until(() => true);
    expect({ credential, visibility, history }).toEqual({
      credential: null,
      visibility: { advertising: false, servedKiosk: null },
      history: [],
    });
    await expect(ward.kiosk.find(() => true, 500)).rejects.toThrow("no such phone");
  });

  it("is enrolled by the kiosk whose code it was given", async () => {
    await ward.enrol();
    const { credential, history } = await ward.page.until(() => true);
    expect({
      name: credential?.name,
      site: credential?.site,
      kiosk: credential?.templateKiosk,
      outcomes: history.map(({ outcome, kiosk }) => [outcome, kiosk]),
    }).toEqual({
      name: "Anna Example",
      site: "st-mary",
      kiosk: "Ward 3 desk",
      outcomes: [["enrolled", "Ward 3 desk"]],
    });
  });

  it("lets an honest kiosk recognise its owner, and beats while it is served", async () => {
    await walkUp(ward);
    const tap = await ward.tap();
    await ward.page.until(({ visibility }) => visibility.servedKiosk === "Ward 3 desk");
    const { room } = await ward.page.until((view) => view.room !== null);
    ward.page.say({ type: "move", distance: (room?.distance ?? 0) + 1.5 });
    await expect.poll(() => tap.heartbeats.length, { timeout: 5_000 }).toBeGreaterThanOrEqual(2);
    expect(tap.heartbeats.slice(0, 2)).toEqual([
      { counter: tap.heartbeats[0]?.counter, moved: true, steps: 2 },
      { counter: (tap.heartbeats[0]?.counter ?? 0) + 1, moved: false, steps: 0 },
    ]);
    expect(ward.page.view?.visibility).toEqual({ advertising: true, servedKiosk: "Ward 3 desk" });
    await tap.leave();
    const { history } = await ward.page.until(({ visibility }) => visibility.servedKiosk === null);
    expect({ ...history[0], id: "", at: 0 }).toEqual({
      id: "",
      at: 0,
      kiosk: "Ward 3 desk",
      ward: "Ward 3",
      purpose: "unlock",
      outcome: "unlocked",
      code: null,
      receipt: true,
    });
  });

  it("shows another identifier and another address in the next quarter of an hour, and keeps its session", async () => {
    await walkUp(ward);
    const tap = await ward.tap();
    await ward.page.until(({ visibility }) => visibility.servedKiosk !== null);
    const before = await ward.kiosk.find(() => true);
    ward.clock.advance(minutes(15));
    const after = await ward.kiosk.find((one) => Buffer.compare(one, before.identifier) !== 0);
    const beats = tap.heartbeats.length;
    await expect.poll(() => tap.heartbeats.length, { timeout: 5_000 }).toBeGreaterThan(beats);
    expect(after.peripheral.address).not.toBe(before.peripheral.address);
    expect(ward.page.view?.visibility.servedKiosk).toBe("Ward 3 desk");
    await tap.leave();
    await ward.page.until(({ visibility }) => visibility.servedKiosk === null);
  });

  it("tells a stranger no name, neither in the air nor once connected", async () => {
    const { peripheral } = await ward.kiosk.find(() => true);
    expect(peripheral.advertisement.localName).toBe(undefined);
    await peripheral.connectAsync();
    const { characteristics } = await peripheral.discoverAllServicesAndCharacteristicsAsync();
    const name = await characteristics.find(({ uuid }) => uuid === "2a00")?.readAsync();
    expect(name?.toString()).toBe("");
    await peripheral.disconnectAsync();
  });

  it("stays still and says so: a phone that lies on a desk answers nobody", async () => {
    ward.clock.advance(minutes(2));
    const { record } = await ward.tapAndLeave();
    expect([record?.outcome, record?.code]).toEqual(["refused", "phone-still"]);
  });

  it("answers nobody hands-free when it was not unlocked for four hours", async () => {
    ward.clock.advance(hours(4));
    await walkUp(ward);
    const { record } = await ward.tapAndLeave();
    expect([record?.outcome, record?.code]).toEqual(["refused", "phone-locked"]);
    ward.page.say({ type: "unlock-phone" });
    await ward.page.until(({ handsFree }) => handsFree.unlockedAt !== null);
    expect((await ward.tapAndLeave()).record?.outcome).toBe("unlocked");
  });

  const answers = [
    { mode: "B", kind: "notification", granted: true, outcome: "unlocked", code: null },
    { mode: "C", kind: "biometric", granted: true, outcome: "unlocked", code: null },
    { mode: "B", kind: "notification", granted: false, outcome: "refused", code: "consent-denied" },
  ] as const;
  for (const { mode, kind, granted, outcome, code } of answers) {
    it(`asks its owner in mode ${mode}, who says ${granted ? "yes" : "no"}`, async () => {
      ward.page.say({ type: "set-consent", mode });
      await ward.page.until(({ consentMode }) => consentMode === mode);
      const before = ward.page.view?.history[0]?.id;
      const tap = await ward.tap();
      const { prompt } = await ward.page.until((view) => view.prompt !== null);
      expect({ kind: prompt?.kind, kiosk: prompt?.kiosk }).toEqual({ kind, kiosk: "Ward 3 desk" });
      ward.page.say({ type: "answer", id: prompt?.id ?? "", granted });
      const { history } = await ward.page.until((view) => view.history[0]?.id !== before);
      expect([history[0]?.outcome, history[0]?.code]).toEqual([outcome, code]);
      await tap.leave().catch(() => undefined);
      await tap.ended;
    });
  }

  it("asks its owner, hands-free as they are, where the kiosk takes no less, and says so to it", async () => {
    ward.page.say({ type: "set-consent", mode: "A" });
    await ward.page.until(({ consentMode }) => consentMode === "A");
    const tap = await ward.tap({ leastConsent: "C" });
    const { prompt, consentMode } = await ward.page.until((view) => view.prompt !== null);
    expect([prompt?.kind, consentMode]).toEqual(["biometric", "A"]);
    ward.page.say({ type: "answer", id: prompt?.id ?? "", granted: true });
    await expect
      .poll(() => tap.effects.find(({ type }) => type === "verify-face"))
      .toMatchObject({ type: "verify-face", consent: "C" });
    await tap.leave().catch(() => undefined);
    await tap.ended;
    ward.page.say({ type: "set-consent", mode: "B" });
    await ward.page.until((view) => view.consentMode === "B" && view.prompt === null);
  });

  it("withdraws its question when the kiosk goes away, and gives nothing", async () => {
    const before = ward.page.view?.history[0]?.id;
    const tap = await ward.tap();
    await ward.page.until(({ prompt }) => prompt !== null);
    await tap.leave();
    const { prompt, history } = await ward.page.until((view) => view.history[0]?.id !== before);
    expect([prompt, history[0]?.outcome]).toEqual([null, "broken-off"]);
    ward.page.say({ type: "answer", id: "long-gone", granted: true });
    expect(await ward.page.refused()).toEqual({ command: "answer", code: "prompt-gone" });
    ward.page.say({ type: "set-consent", mode: "A" });
    await ward.page.until(({ consentMode }) => consentMode === "A");
  });

  it("knows after a restart who its owner is, and what happened", async () => {
    const before = ward.page.view?.history.map(({ id }) => id);
    const { page } = await ward.restart();
    const view = await page.until(({ visibility }) => visibility.advertising);
    expect({ name: view.credential?.name, history: view.history.map(({ id }) => id), mode: view.consentMode }).toEqual({
      name: "Anna Example",
      history: before,
      mode: "A",
    });
    page.say({ type: "unlock-phone" });
    await walkUp(ward);
    expect((await ward.tapAndLeave()).record?.outcome).toBe("unlocked");
  });

  it("taps over links that carry twenty bytes at a time", async () => {
    const joined = ward.room.join("old-kiosk", { position: { x: 0, y: 0.5 }, maxAttMtu: 23 });
    if (joined.outcome !== "joined") throw new Error(joined.reason);
    const old = new TestKiosk(joined.participant);
    await old.powerOn();
    const { record, tap } = await ward.tapAndLeave({}, old);
    expect([record?.outcome, Math.max(...tap.heard.map(({ length }) => length))]).toEqual(["unlocked", 20]);
    await joined.participant.close();
  });

  it("gives nothing when it cannot remember that it gave", async () => {
    const folder = join(ward.folder, "wallet");
    await rename(folder, `${folder}-away`);
    const tap = await ward.tap();
    await tap.ended;
    // Neither the release nor the line in the history can be kept.
    const failures = (): number => ward.log.filter((line) => line.includes("vault-write-failed")).length;
    await expect.poll(failures, { timeout: 5_000 }).toBeGreaterThanOrEqual(2);
    await rename(`${folder}-away`, folder);
    expect(tap.effects.some(({ type }) => type === "verify-face")).toBe(false);
    expect((await ward.tapAndLeave()).record?.outcome).toBe("unlocked");
  });

  it("has put neither template nor key where anybody can read them", async () => {
    const folder = join(ward.folder, "wallet");
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
    const everything = Buffer.concat([
      ...files,
      Buffer.from(ward.log.join("\n")),
      Buffer.from(JSON.stringify(ward.page.view)),
    ]);
    const shapes = (secret: Buffer): Buffer[] => [
      secret.subarray(0, 16),
      ...(["hex", "base64", "base64url"] as const).map((as) => Buffer.from(secret.subarray(0, 15).toString(as))),
    ];
    const found = [TEST_TEMPLATE, TEST_EID_KEY].flatMap(shapes).filter((shape) => everything.includes(shape));
    const control = shapes(TEST_TEMPLATE).filter((shape) => Buffer.concat([everything, TEST_TEMPLATE]).includes(shape));
    expect({ found: found.length, control: control.length }).toEqual({ found: 0, control: 1 });
  });

  it("forgets template, credential and keys when its owner says so, and keeps the history", async () => {
    const lines = ward.page.view?.history.length;
    ward.page.say({ type: "delete-template" });
    const view = await ward.page.until(({ visibility }) => !visibility.advertising);
    expect([view.credential, view.history.length]).toEqual([null, lines]);
    await expect(ward.kiosk.find(() => true, 500)).rejects.toThrow("no such phone");
    ward.page.say({ type: "delete-template" });
    expect(await ward.page.refused()).toEqual({ command: "delete-template", code: "no-template" });
  });

  it("can be enrolled again", async () => {
    await ward.enrol();
    expect(ward.page.view?.credential?.name).toBe("Anna Example");
  });

  it("refuses a code that is none, or too old", async () => {
    ward.page.say({ type: "enrol", qr: "https://example.org" });
    expect(await ward.page.refused()).toEqual({ command: "enrol", code: "offer-malformed" });
    const { expiresAt } = ward.offer();
    ward.clock.advance(minutes(5));
    ward.page.say({ type: "enrol", qr: encodeOffer(ward.offer({ expiresAt })) });
    expect(await ward.page.refused()).toEqual({ command: "enrol", code: "offer-expired" });
  });

  it("stops an enrolment when the operator sees other digits, and keeps what it had", async () => {
    const offer = ward.offer();
    ward.page.say({ type: "enrol", qr: encodeOffer(offer) });
    await ward.page.until(({ enrolment }) => enrolment?.step === "waiting");
    await ward.tap({ errand: { purpose: "enrol", offer, agree: false } });
    const { enrolment, credential } = await ward.page.until((view) => view.enrolment?.step === "failed");
    expect({ enrolment, name: credential?.name }).toEqual({
      enrolment: { step: "failed", code: "peer-closed" },
      name: "Anna Example",
    });
    ward.page.say({ type: "enrol-cancel" });
    await ward.page.until((view) => view.enrolment === null);
  });

  it("says that it is not visible when its radio is gone", async () => {
    await ward.leaveRoom();
    const { visibility } = await ward.page.until((view) => !view.visibility.advertising);
    expect(visibility).toEqual({ advertising: false, servedKiosk: null });
    ward.page.say({ type: "move", distance: 1 });
    expect(await ward.page.refused()).toEqual({ command: "move", code: "room-unavailable" });
  });
});
