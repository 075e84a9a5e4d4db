import {
  createRawHost,
  forgedStrength,
  joinRoom,
  type Participant,
  startRecorder,
  startRelay,
} from "@wardkey/virtual-radio";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { walk } from "../src/hospital/walk.js";
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
    beforeAll(async () => {
      await leave();
      await ward.stand("stranger");
    }, 60_000);

    it.each([8, 30, 500])(
      "unlocks for no other face with %i ms on the way",
      async (delayMs) => {
        const nearPhone = await attacker("relay-phone", { position: { x: FAR_METRES, y: 0.5 } });
        const nearKiosk = await attacker("relay-kiosk", { position: { x: 0.5, y: 0 } });
        // She moves about, far away: her phone consents hands-free.
        const moving = walk(ward.screens().phone, { from: 7, to: FAR_METRES, crossing: 7.5 });
        // Half a metre away her phone is far louder than the relay's own other end.
        const relay = startRelay({
          nearPhone,
          nearKiosk,
          delayMs,
          isVictim: ({ type, rssi }) => type === 0 && rssi > -65,
        });
        const seen = await states(
          (async () => {
            // After refusals the kiosk waits longer before it asks again.
            await expect.poll(() => relay.sessions, { timeout: 30_000 }).toBeGreaterThan(0);
            await pause(5_000);
          })(),
        );
        await moving.arrived;
        relay.stop();
        expect(seen).not.toContain("unlocked");
      },
      60_000,
    );
  });

  it("refuses a stranger with her phone near, and never names her", async () => {
    const stood = await standNear(ward.screens());
    expect(stood.states).not.toContain("unlocked");
    expect(stood.reason).toBe("no-match");
    expect(JSON.stringify(ward.screens().kiosk.latest())).not.toContain("Anna");
    await leave();
  });
});
