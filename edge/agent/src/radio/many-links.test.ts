import { describe, expect, it } from "vitest";
import { inTheRoom, openRadioRoom, overASimulatedKernel, type RadioRoom, until } from "../testing/radio-room.js";
import type { Advert } from "./index.js";

// WARDKEY_CAMPAIGN=1 draws many more.
const campaign = process.env["WARDKEY_CAMPAIGN"] === "1";
const LINKS = campaign ? 400 : 16;
const TIMEOUT_MS = campaign ? 600_000 : 60_000;
const PHONES = 6;

/** A small seeded generator (mulberry32). */
function draws(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Links to a phone and ends that in one of the ways in which it can end. */
async function linkAndEnd(opened: RadioRoom, way: number, to: Advert): Promise<void> {
  const { radio, room } = opened;
  const giveUp = new AbortController();
  const ending = radio.connect(to, giveUp.signal);
  if (way === 0) giveUp.abort();
  if (way === 1) setTimeout(() => giveUp.abort(), 60);
  const connected = await ending;
  if (!connected.ok) return;
  const { link } = connected;
  await link.subscribe();
  switch (way) {
    case 2:
      void link.write(Uint8Array.of(1));
      break;
    case 3:
      await room.control.setLoss(0.4);
      await link.write(Uint8Array.of(1));
      await room.control.setLoss(0);
      break;
    case 4:
      await Promise.all([link.rssi(), link.close()]);
      break;
    default:
      await link.write(Uint8Array.of(1));
  }
  await link.close();
}

describe.each([
  ["over a Linux adapter (its kernel simulated)", overASimulatedKernel],
  ["in the simulated room", inTheRoom],
])("many links %s", { concurrent: true, timeout: TIMEOUT_MS }, (_, make) => {
  it("leave no phone connected and nothing that keeps the next one waiting, however each ended", async ({
    onTestFinished,
  }) => {
    const opened = await openRadioRoom(make);
    onTestFinished(() => opened.close());
    const { phone, heard, radio, log, states } = opened;
    const phones = Array.from({ length: PHONES }, (__, index) =>
      phone(`phone-${index}`, index, index === 0 ? { hangsUp: { reason: 0x13, times: LINKS } } : {}),
    );
    await until("every phone", () => heard.size === PHONES);
    const draw = draws(5);
    for (let count = 0; count < LINKS; count += 1) {
      const first = draw(PHONES);
      const to = heard.get(first);
      if (to !== undefined) await linkAndEnd(opened, draw(6), to);
    }
    await until("every phone is free", () => phones.every(({ connected }) => !connected));
    const link = await opened.linked(PHONES - 1);
    expect({ subscribed: await link.subscribe(), state: radio.state(), states, log }).toEqual({
      ...{ subscribed: { ok: true }, state: "ok", states: ["ok"], log: [] },
    });
  });
});
