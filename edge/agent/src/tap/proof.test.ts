import { afterEach, describe, expect, it } from "vitest";
import type { LinkEvent } from "../presence/index.js";
import { newHolder, openTapRoom, type TapRoom } from "../testing/tap-room.js";

const NEAR = { position: { x: 1, y: 0 } };
const never = new AbortController().signal;

let room: TapRoom | undefined;
afterEach(async () => {
  await room?.close();
  room = undefined;
});

const until = async (holds: () => boolean): Promise<void> => {
  for (const end = Date.now() + 15_000; !holds(); ) {
    if (Date.now() > end) throw new Error("not within 15 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

describe("a proof over the virtual room", () => {
  it("brings whose phone it is and no template; once it opened, heartbeats", async () => {
    const holder = newHolder("anna");
    room = await openTapRoom([holder]);
    const phone = await room.phone(holder, NEAR, { heartbeatMs: 200 });
    await room.seen(({ type }) => type === "near");
    const proven = await room.runner.prove({ id: "anna" }, never);
    if (!proven.ok) throw new Error(proven.code);
    const { session } = proven;
    expect([session.staffId, session.displayName, session.epoch, session.consent]).toEqual(["anna", "Dr anna", 1, "A"]);
    expect("template" in session).toBe(false);
    const heard: LinkEvent[] = [];
    session.on((event) => heard.push(event));
    await session.decide("unlocked");
    await until(() => ["heartbeat", "rssi"].every((type) => heard.some((event) => event.type === type)));
    expect(phone.effects.find(({ type }) => type === "released")).toMatchObject({ template: false });
    expect(phone.effects.find(({ type }) => type === "finished")).toMatchObject({
      outcome: "unlocked",
      released: false,
    });
    await session.close();
    expect(heard.at(-1)).toEqual({ type: "lost", code: "closed" });
  });

  it("is all that a phone without a face is asked for, and presence says so of it", async () => {
    const holder = { ...newHolder("carla"), faceless: true } as const;
    room = await openTapRoom([holder]);
    await room.phone(holder, NEAR);
    const near = await room.seen(({ type }) => type === "near");
    const carla = { id: "carla", faceless: true };
    expect([near, room.presence.near()]).toEqual([{ type: "near", holder: carla }, [carla]]);
    expect(await room.runner.tap({ id: "carla" }, never)).toMatchObject({ ok: false, code: "template-key-unknown" });
    const proven = await room.runner.prove({ id: "carla" }, never);
    expect(proven).toMatchObject({ ok: true, session: { staffId: "carla", epoch: 1 } });
    if (proven.ok) await proven.session.close();
  });

  it("is refused by nobody's table, and tells a phone that its PIN was not right", async () => {
    const holder = newHolder("anna");
    room = await openTapRoom([holder]);
    const phone = await room.phone(holder, NEAR);
    await room.seen(({ type }) => type === "near");
    expect(await room.runner.prove({ id: "bo" }, never)).toMatchObject({ ok: false, code: "phone-not-seen" });
    const proven = await room.runner.prove({ id: "anna" }, never);
    if (!proven.ok) throw new Error(proven.code);
    await proven.session.decide("refused");
    await until(() => phone.effects.at(-1)?.type === "close");
    expect(phone.effects.find(({ type }) => type === "finished")).toMatchObject({ outcome: "refused", code: null });
  });
});
