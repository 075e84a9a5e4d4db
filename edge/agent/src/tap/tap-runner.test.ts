import { randomBytes } from "node:crypto";
import { createRawHost } from "@wardkey/virtual-radio";
import { afterEach, describe, expect, it } from "vitest";
import type { LinkEvent } from "../presence/index.js";
import { newHolder, openTapRoom, type TapRoom, type TestHolder } from "../testing/tap-room.js";
import type { FrameFaults, TestPhoneOptions } from "../testing/test-phone.js";
import type { TapRefused } from "./index.js";

const NEAR = { position: { x: 1, y: 0 } };
const never = new AbortController().signal;

let room: TapRoom | undefined;
afterEach(async () => {
  await room?.close();
  room = undefined;
});

async function meet(change: Partial<TestPhoneOptions> = {}, holder: TestHolder = newHolder("anna")) {
  const opened = await openTapRoom([holder]);
  room = opened;
  const phone = await opened.phone(holder, NEAR, change);
  await opened.seen(({ type }) => type === "near");
  const tap = (signal = never) => opened.runner.tap({ id: holder.staffId }, signal);
  const unlocked = async () => {
    const tapped = await tap();
    if (!tapped.ok) throw new Error(tapped.code);
    const heard: LinkEvent[] = [];
    tapped.session.on((event) => heard.push(event));
    await tapped.session.decide("unlocked");
    return { session: tapped.session, heard };
  };
  return { ...opened, phone, holder, tap, unlocked };
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
};

const refusal = ({ ok, code, reason }: TapRefused): Omit<TapRefused, "timings"> => ({ ok, code, reason });

describe("a tap over the virtual room", () => {
  it("brings the template, and after the unlock heartbeats and the strength of the link", async () => {
    const { tap, phone, holder } = await meet({ heartbeatMs: 200 });
    const tapped = await tap();
    if (!tapped.ok) throw new Error(tapped.code);
    const { session } = tapped;
    expect({
      staffId: session.staffId,
      name: session.displayName,
      epoch: session.epoch,
      template: Buffer.from(session.template.copy()).equals(holder.template),
      key: Buffer.from(session.templateKey.copy()).equals(holder.templateKey),
      printed: `${session.template} ${session.templateKey}`,
      steps: Object.keys(session.timings),
    }).toEqual({
      staffId: "anna",
      name: "Dr anna",
      epoch: 1,
      template: true,
      key: true,
      printed: "[template] [template]",
      steps: ["connect", "services", "m1", "m2", "m3", "verify"],
    });
    const heard: LinkEvent[] = [];
    session.on((event) => heard.push(event));
    await session.decide("unlocked");
    await until(() => ["heartbeat", "rssi"].every((type) => heard.some((event) => event.type === type)));
    expect(phone.effects.map(({ type }) => type)).toEqual([
      "send",
      "learned",
      "ask-consent",
      "sign",
      "released",
      "send",
      "store-receipt",
      "established",
      "finished",
    ]);
    expect(() => session.template.copy()).toThrow("the template was overwritten");
    expect(session.templateKey.copy()).toEqual(new Uint8Array(32));
    await session.close();
    expect(heard.filter(({ type }) => type === "lost")).toEqual([{ type: "lost", code: "closed" }]);
  });

  it("has the phone ask its owner where no less is taken", async () => {
    const { tap, phone } = await meet();
    if (room !== undefined) room.leastConsent = "B";
    const tapped = await tap();
    if (!tapped.ok) throw new Error(tapped.code);
    expect(phone.effects).toContainEqual(expect.objectContaining({ type: "ask-consent", leastConsent: "B" }));
    expect(tapped.session.consent).toBe("B");
    await tapped.session.decide("refused");
  });

  it("tells the phone that it was not matched, and closes", async () => {
    const { tap, phone } = await meet();
    const tapped = await tap();
    if (!tapped.ok) throw new Error(tapped.code);
    await tapped.session.decide("not-matched");
    expect(phone.effects.at(-1)).toEqual({ type: "close" });
    expect(phone.effects.find(({ type }) => type === "finished")).toMatchObject({ outcome: "not-matched", code: null });
  });

  it("works at the smallest ATT MTU", async () => {
    const holder = newHolder("anna");
    room = await openTapRoom([holder], { maxAttMtu: 23 });
    await room.phone(holder, { ...NEAR, maxAttMtu: 23 });
    await room.seen(({ type }) => type === "near");
    const tapped = await room.runner.tap({ id: "anna" }, never);
    expect(tapped.ok).toBe(true);
  });

  it("refuses a phone that hangs up at any frame, and the next tap is as good as new", async () => {
    const faults: { now: FrameFaults } = { now: {} };
    const {
      tap,
      phone,
      radio,
      faults: log,
    } = await meet({
      faults: { out: (frame, index) => faults.now.out?.(frame, index) ?? frame, in: (index) => faults.now.in?.(index) },
    });
    const honest = await tap();
    if (!honest.ok) throw new Error(honest.code);
    await honest.session.decide("refused");
    const { framesOut, framesIn } = phone;
    const codes: string[] = [];
    for (let hangUpAt = 0; hangUpAt < framesOut; hangUpAt += 1) {
      faults.now = { out: (frame, index) => (index === hangUpAt ? "hang-up" : frame) };
      const tapped = await tap();
      codes.push(tapped.ok ? "released" : tapped.code);
    }
    for (let hangUpAt = 0; hangUpAt < framesIn; hangUpAt += 1) {
      faults.now = { in: (index) => (index === hangUpAt ? "hang-up" : undefined) };
      const tapped = await tap();
      codes.push(tapped.ok ? "released" : tapped.code);
      // The kiosk's last message comes after the template: hanging up there loses nothing.
      if (tapped.ok) await tapped.session.decide("refused");
    }
    faults.now = {};
    const again = await tap();
    expect({ again: again.ok, log, state: radio.state() }).toEqual({ again: true, log: [], state: "ok" });
    expect(new Set(codes.slice(0, framesOut))).toEqual(new Set(["phone-lost"]));
    expect(new Set(codes.slice(framesOut))).toEqual(new Set(["phone-lost", "released"]));
  });

  it("leaves no listener and no phone behind in the stack", async () => {
    const { unlocked, noble } = await meet();
    const kept = () => ({
      listeners: noble.eventNames().map((name) => [name, noble.listenerCount(name)]),
      phones: Object.keys(Reflect.get(noble, "_peripherals")),
      characteristics: Object.keys(Reflect.get(noble, "_characteristics")),
    });
    const before = kept();
    for (let round = 0; round < 3; round += 1) await (await unlocked()).session.close();
    expect(kept()).toEqual({ ...before, phones: [], characteristics: [] });
  });

  it.each([
    ["says nothing", { out: () => "drop" as const }, { ok: false, code: "m1-timeout", reason: "too-slow" }],
    [
      "sends noise in place of frames",
      { out: (frame: Buffer) => randomBytes(frame.length) },
      { ok: false, reason: "credential-invalid" },
    ],
    [
      "flips a bit of its first message",
      {
        out: (frame: Buffer, index: number) =>
          index === 0 ? Buffer.from(frame.map((byte, at) => (at === 40 ? byte ^ 1 : byte))) : frame,
      },
      { ok: false },
    ],
    [
      "never finishes a message",
      { out: (frame: Buffer, index: number) => (index === 2 ? ("drop" as const) : frame) },
      { ok: false },
    ],
  ])("refuses a phone that %s", async (_, faults, refused) => {
    const { tap } = await meet({ faults });
    const tapped = await tap();
    if (tapped.ok) throw new Error("a template was released");
    expect(refusal(tapped)).toMatchObject(refused);
  });

  it("ends when it is called off while the owner is asked", async () => {
    const { tap } = await meet({ consentMs: "never" });
    const called = new AbortController();
    setTimeout(() => called.abort(), 800);
    const tapped = await tap(called.signal);
    expect(tapped.ok ? tapped : refusal(tapped)).toEqual({ ok: false, code: "aborted", reason: "too-slow" });
  });

  it("does not connect to a holder whose phone nobody heard", async () => {
    const { runner } = await meet();
    expect(await runner.tap({ id: "bruno" }, never)).toEqual({
      ok: false,
      code: "phone-not-seen",
      reason: "phone-lost",
      timings: {},
    });
  });

  it("refuses the phone of somebody else under her identifier", async () => {
    const [anna, mallory] = [newHolder("anna"), newHolder("mallory")];
    room = await openTapRoom([anna, mallory]);
    await room.phone(mallory, NEAR, room.identifier(anna));
    await room.seen(({ type }) => type === "near");
    const tapped = await room.runner.tap({ id: "anna" }, never);
    expect(tapped.ok ? tapped : refusal(tapped)).toEqual({
      ok: false,
      code: "holder-unexpected",
      reason: "credential-invalid",
    });
  });
});

describe("a peer that speaks no ATT", () => {
  const L2CAP_ATT = [0x04, 0x00];
  it.each([
    ["a notification without a handle", [1, 0, ...L2CAP_ATT, 0x1b]],
    ["a list of services without entries", [2, 0, ...L2CAP_ATT, 0x11, 0x14]],
    ["an L2CAP packet that never ends", [0xff, 0xff, ...L2CAP_ATT, 0x1b, 0, 0]],
    ["a pairing request cut short", [1, 0, 0x06, 0x00, 0x02]],
  ])("loses its link for %s, and the radio goes on", async (_, l2cap) => {
    const anna = newHolder("anna");
    const opened = await openTapRoom([anna]);
    room = opened;
    const host = createRawHost(opened.join("mallory", NEAR));
    const { identifier } = opened.identifier(anna);
    host.onAccept((link) => {
      const timer = setInterval(() => (link.open ? link.send(Uint8Array.from(l2cap)) : clearInterval(timer)), 50);
    });
    host.advertise({ data: Uint8Array.of(2, 1, 6, 17, 7, ...[...identifier].reverse()) });
    await opened.seen(({ type }) => type === "near");
    const tapped = await opened.runner.tap({ id: "anna" }, never);
    expect({ ok: tapped.ok, state: opened.radio.state() }).toEqual({ ok: false, state: "ok" });
    host.stopAdvertising();
    const { bleno } = await opened.phone(anna, NEAR);
    await until(() => opened.presence.sighting({ id: "anna" })?.address === bleno.address);
    const honest = await opened.runner.tap({ id: "anna" }, never);
    expect(honest.ok ? "released" : honest.code).toBe("released");
  });
});

describe("the link of a session", () => {
  it("is lost at the first heartbeat that is not the phone's", async () => {
    const { unlocked, phone } = await meet({ heartbeatMs: 100_000 });
    const { heard } = await unlocked();
    phone.beat();
    await until(() => heard.some(({ type }) => type === "heartbeat"));
    phone.beat(randomBytes(30));
    await until(() => heard.some(({ type }) => type === "lost"));
    expect(heard.filter(({ type }) => type !== "rssi")).toEqual([
      { type: "heartbeat", moved: true },
      { type: "lost", code: "heartbeat-malformed" },
    ]);
  });

  it("is lost when the phone hangs up", async () => {
    const { unlocked, phone } = await meet();
    const { heard } = await unlocked();
    phone.hangUp();
    await until(() => heard.some(({ type }) => type === "lost"));
    expect(heard.at(-1)).toEqual({ type: "lost", code: "phone-lost" });
  });
});
