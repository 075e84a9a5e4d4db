import { randomBytes } from "node:crypto";
import { minutes } from "@wardkey/protocol";
import type { Participant } from "@wardkey/virtual-radio";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKiosk } from "./testing/test-kiosk.js";
import { openWard, type TestWard, walkUp } from "./testing/test-wallet.js";

describe("a phone and a central that breaks the rules", () => {
  let ward: TestWard;
  let rogue: TestKiosk;
  let participant: Participant;
  const handles: number[] = [];
  beforeAll(async () => {
    ward = await openWard();
    await ward.enrol();
    const joined = ward.room.join("rogue", { position: { x: 0, y: 1 } });
    if (joined.outcome !== "joined") throw new Error(joined.reason);
    participant = joined.participant;
    participant.onPacket((packet) => {
      // LE connection complete (Core 5.3 Vol 4 E 7.7.65.1).
      if (packet[1] === 0x3e && packet[3] === 0x01) handles.push((packet[5] ?? 0) | ((packet[6] ?? 0) << 8));
    });
    rogue = new TestKiosk(participant);
    await rogue.powerOn();
  });
  afterAll(async () => {
    await participant.close();
    await ward.close();
  });

  const stillThere = async (): Promise<void> => {
    // Past what the quota counts, within what hands-free allows.
    ward.clock.advance(minutes(30));
    ward.page.say({ type: "unlock-phone" });
    await walkUp(ward);
    const known = new Set(ward.page.view?.history.map(({ id }) => id));
    const tap = await ward.tap();
    await ward.page.until(({ history }) => history.some(({ id, outcome }) => !known.has(id) && outcome === "unlocked"));
    await tap.leave();
    await ward.page.until(({ visibility }) => visibility.servedKiosk === null);
  };
  const gone = (peripheral: { once(event: "disconnect", listener: () => void): unknown }): Promise<void> =>
    new Promise((resolve) => peripheral.once("disconnect", () => resolve()));

  it("cuts one that connects and says nothing", async () => {
    const { peripheral } = await rogue.find(() => true);
    await peripheral.connectAsync();
    await gone(peripheral);
    await stillThere();
  });

  const garbage: ReadonlyArray<[what: string, frame: Buffer]> = [
    ["noise", randomBytes(40)],
    ["an empty frame", Buffer.alloc(0)],
    ["a message longer than any", Buffer.from([0x80, 0xff, 0xff, 1, 2, 3])],
    ["a frame out of order", Buffer.from([0x05, 1, 2, 3])],
    ["a whole message of noise", Buffer.from([0xc0, 0, 3, 1, 2, 3])],
  ];
  for (const [what, frame] of garbage) {
    it(`cuts one that writes ${what}`, async () => {
      const { peripheral } = await rogue.find(() => true);
      const { write, notify } = await rogue.connect(peripheral);
      const cut = gone(peripheral);
      await notify.subscribeAsync();
      void write.writeAsync(frame, false).catch(() => undefined);
      await cut;
      await stillThere();
    });
  }

  const packets: ReadonlyArray<[what: string, l2cap: number[]]> = [
    ["an ATT request without its fields", [1, 0, 4, 0, 0x12]],
    ["an unknown ATT request", [2, 0, 4, 0, 0x77, 0x01]],
    ["an L2CAP header cut short", [1]],
    ["a packet longer than any", [0xff, 0xff, 4, 0, 0x12, 3, 0]],
  ];
  for (const [what, l2cap] of packets) {
    it(`cuts one that sends ${what}`, async () => {
      const { peripheral } = await rogue.find(() => true);
      await peripheral.connectAsync();
      const cut = gone(peripheral);
      const handle = handles.at(-1) ?? 0;
      participant.send(Uint8Array.of(2, handle & 0xff, handle >> 8, l2cap.length, 0, ...l2cap));
      await cut;
      await stillThere();
    });
  }

  it("talks to one central at a time", async () => {
    ward.page.say({ type: "set-consent", mode: "B" });
    await ward.page.until(({ consentMode }) => consentMode === "B");
    const tap = await ward.tap();
    await ward.page.until(({ prompt }) => prompt !== null);
    const { peripheral } = await rogue.find(() => true);
    const cut = gone(peripheral);
    const { notify } = await rogue.connect(peripheral);
    // noble does not answer once the link is cut.
    void notify.subscribeAsync().catch(() => undefined);
    await cut;
    expect(ward.page.view?.prompt?.kiosk).toBe("Ward 3 desk");
    await tap.leave();
    ward.page.say({ type: "set-consent", mode: "A" });
  });
});
