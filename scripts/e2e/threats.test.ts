import type { ScreenView } from "@wardkey/protocol/screen";
import {
  createRawHost,
  forgedStrength,
  joinRoom,
  type Participant,
  startRecorder,
  startRelay,
} from "@wardkey/virtual-radio";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { verifyJournal } from "../src/shift/journal.js";
import { away, FAR_METRES, settled, standNear, tap, walkAway } from "../src/shift/steps.js";
import { openWard, type Ward } from "./test-support/ward.js";

let ward: Ward;
const attackers: Participant[] = [];

beforeAll(async () => {
  ward = await openWard(["tap", "stranger"]);
  await ward.stand("tap");
}, 120_000);
afterEach(async () => {
  for (const attacker of attackers.splice(0)) await attacker.close();
});
afterAll(() => ward?.close());

async function attacker(name: string, options: Parameters<typeof joinRoom>[0]["options"]): Promise<Participant> {
  const joined = await joinRoom({ socketPath: ward.hospital.roomSocket, name, ...(options ? { options } : {}) });
  if (joined.outcome === "refused") throw new Error(joined.reason);
  attackers.push(joined.participant);
  return joined.participant;
}

const states = (during: Promise<unknown>) => {
  const seen = new Set<string>();
  const off = ward.screens().kiosk.on(({ session }) => seen.add(session.state));
  return during.then(() => {
    off();
    return seen;
  });
};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const leave = () => away(ward.screens());

describe("a shift on real stacks", () => {
  it("lets her in when she walks up, and locks when she walks away", async () => {
    expect((await tap(ward.screens())).outcome).toBe("unlocked");
    expect((await walkAway(ward.screens())).outcome).toBe("locked");
  });

  it("comes up locked with its journal whole after being killed while unlocked (threat 26)", async () => {
    expect((await tap(ward.screens())).outcome).toBe("unlocked");
    await ward.hospital.process("agent").kill();
    ward.screens().phone.send({ type: "move", distance: FAR_METRES });
    await ward.restart();
    const { kiosk } = ward.screens();
    expect((await kiosk.until("a view", () => true, 5_000)).session).toMatchObject({ state: "locked", why: "started" });
    expect(await verifyJournal(ward.hospital)).toMatchObject({ chainValid: true });
  });
});

describe("attackers in the room", () => {
  it("unlocks for nobody who replays her advertisement at forged strength (threats 10 and 28)", async () => {
    await settled(ward.screens().kiosk);
    const ear = await attacker("ear", { position: { x: FAR_METRES, y: 1 } });
    const recording = startRecorder(ear);
    await pause(1_000);
    recording.stop();
    const heard = recording.advertisements.find(({ from }) => from === "phone");
    if (!heard) throw new Error("her phone was not heard");
    const forger = await attacker("forger", { position: { x: 0.5, y: 0 }, ...forgedStrength() });
    const seen = await states(
      (async () => {
        createRawHost(forger).advertise({ data: heard.advertisement.data });
        await pause(8_000);
      })(),
    );
    expect(seen).not.toContain("unlocked");
    // The control: the kiosk took the bait, before her own face.
    expect(seen).toContain("identifying");
  });

  it("locks as if a replay of her advertisement were not there (threat 28)", async () => {
    await settled(ward.screens().kiosk);
    expect((await tap(ward.screens())).outcome).toBe("unlocked");
    const ear = await attacker("ear", { position: { x: 1, y: 1 } });
    const recording = startRecorder(ear);
    await pause(1_000);
    recording.stop();
    const heard = recording.advertisements.find(({ from }) => from === "phone");
    const replayer = await attacker("replayer", { position: { x: 0.5, y: 0 } });
    if (heard) createRawHost(replayer).advertise({ data: heard.advertisement.data });
    const left = await walkAway(ward.screens());
    expect(left).toMatchObject({ outcome: "locked" });
    expect(heard).toBeDefined();
  });

  describe("a relay from the corridor (threat 1)", () => {
    /** In a pocket so far away that the kiosk hears nothing of it but what the relay brings. */
    const CORRIDOR_METRES = 20;

    /** What a relay brings a kiosk to, with somebody before its camera, while she moves about in the corridor. */
    async function relayed(delayMs: number): Promise<{ states: ReadonlySet<string>; reasons: readonly string[] }> {
      const { kiosk, phone } = ward.screens();
      phone.send({ type: "pocket", on: true });
      phone.send({ type: "move", distance: CORRIDOR_METRES - 0.3 });
      const nearPhone = await attacker("relay-phone", { position: { x: CORRIDOR_METRES, y: 0.5 } });
      const nearKiosk = await attacker("relay-kiosk", { position: { x: 0.5, y: 0 } });
      const reasons = new Set<string>();
      const off = kiosk.on(({ session }) => session.state === "refused" && reasons.add(session.reason));
      // Beside her the phone is far louder than the relay's own other end.
      const isVictim = ({ type, rssi }: { type: number; rssi: number }) => type === 0 && rssi > -75;
      const relay = startRelay({ nearPhone, nearKiosk, delayMs, isVictim });
      const seen = await states(
        (async () => {
          // She moves: her phone consents hands-free.
          phone.send({ type: "move", distance: CORRIDOR_METRES });
          await expect.poll(() => relay.sessions, { timeout: 30_000 }).toBeGreaterThan(0);
          // An attempt that breaks off on the way is made again after a pause; so slow a link as the last decides nothing.
          const decided = ({ session }: ScreenView) =>
            session.state === "unlocked" || (session.state === "refused" && session.reason === "no-match");
          await kiosk.until("what comes of it", decided, delayMs < 500 ? 75_000 : 10_000).catch(() => undefined);
          await pause(1_000);
        })(),
      );
      off();
      relay.stop();
      phone.send({ type: "pocket", on: false });
      return { states: seen, reasons: [...reasons] };
    }

    // The control: the relay carries everything, and the kiosk asks through it. Only her face is missing below.
    it("reaches as far as her own face, which a demo kiosk takes from a picture too", async () => {
      await ward.stand("tap");
      expect((await relayed(8)).states).toContain("unlocked");
      await leave();
    }, 130_000);

    it.each([8, 30, 500])(
      "unlocks for no other face with %i ms on the way",
      async (delayMs) => {
        // A new start each time, which owes nobody a pause for refusals before.
        await ward.stand("stranger");
        const brought = await relayed(delayMs);
        expect(brought.states).not.toContain("unlocked");
        // So slow a link as the last does not get as far as a face.
        if (delayMs < 500) expect(brought.reasons).toContain("no-match");
      },
      130_000,
    );
  });

  it("refuses a stranger with her phone near, and never names her", async () => {
    // A new start, which owes nobody a pause for refusals before.
    await ward.stand("stranger");
    const stood = await standNear(ward.screens());
    expect(stood.states).not.toContain("unlocked");
    expect(stood.reason).toBe("no-match");
    expect(JSON.stringify(ward.screens().kiosk.latest())).not.toContain("Anna");
    await leave();
  });
});
