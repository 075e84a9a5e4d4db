import { seconds } from "@wardkey/protocol";
import { type JoinOptions, type Participant, startRelay } from "@wardkey/virtual-radio";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { TestKiosk } from "./testing/test-kiosk.js";
import { openWard, type TestWard, walkUp } from "./testing/test-wallet.js";

/** Two hundred metres: neither hears the other without a relay. */
const ELSEWHERE = 200;

// threats.md, row 1. The kiosk says "unlocked" to whatever face: a photo of the holder that passes as her.
describe("a phone whose handshake is relayed to a far kiosk, where her photo passes as her face", () => {
  let ward: TestWard;
  let farKiosk: TestKiosk;
  const joined: Participant[] = [];
  const relays: { stop(): void }[] = [];

  const join = (name: string, options: JoinOptions): Participant => {
    const outcome = ward.room.join(name, options);
    if (outcome.outcome !== "joined") throw new Error(outcome.reason);
    joined.push(outcome.participant);
    return outcome.participant;
  };

  beforeAll(async () => {
    ward = await openWard();
    await ward.enrol();
    farKiosk = new TestKiosk(join("far-kiosk", { position: { x: ELSEWHERE, y: 0 } }));
    await farKiosk.powerOn();
  });
  afterEach(() => {
    for (const relay of relays.splice(0)) relay.stop();
  });
  afterAll(async () => {
    for (const participant of joined) await participant.close();
    await ward.close();
  });

  let pairs = 0;
  const relay = (delayMs: number) => {
    pairs += 1;
    const started = startRelay({
      nearPhone: join(`thief-${pairs}`, { position: { x: 1, y: 1 } }),
      nearKiosk: join(`accomplice-${pairs}`, { position: { x: ELSEWHERE, y: 1 } }),
      isVictim: ({ type }) => type === 0,
      delayMs,
    });
    relays.push(started);
    return started;
  };
  const lies = (): void => ward.clock.advance(seconds(61));
  const released = (): number => ward.page.view?.history.filter(({ outcome }) => outcome === "unlocked").length ?? 0;

  it("is not heard there without the relay", async () => {
    await walkUp(ward);
    await expect(farKiosk.find(() => true, 1_000)).rejects.toThrow("no such phone was heard");
  });

  it.each([8, 30])("refuses by lying still, and by nothing else, with %i ms each way", async (delayMs) => {
    const carried = relay(delayMs);
    lies();
    const { tap, record } = await ward.tapAndLeave({}, farKiosk);
    expect([record?.outcome, record?.code]).toEqual(["refused", "phone-still"]);
    expect(tap.effects.some(({ type }) => type === "verify-face")).toBe(false);
    expect(carried.sessions).toBe(1);

    // The control: the same relay, the same photo, a phone that its owner carries about.
    await walkUp(ward);
    const moved = await ward.tapAndLeave({}, farKiosk);
    expect(moved.record?.outcome).toBe("unlocked");
    expect(moved.tap.effects.some(({ type }) => type === "verify-face")).toBe(true);
  });

  it("releases nothing with 500 ms each way, lying still", async () => {
    const before = released();
    const carried = relay(500);
    lies();
    await ward.tap({}, farKiosk).then(
      ({ ended }) => ended,
      () => undefined,
    );
    expect(carried.sessions).toBeGreaterThan(0);
    expect(released()).toBe(before);
  });
});
