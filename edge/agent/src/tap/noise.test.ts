import { createRawHost } from "@wardkey/virtual-radio";
import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { newHolder, openTapRoom, type TapRoom } from "../testing/tap-room.js";

const NEAR = { position: { x: 1, y: 0 } };
const LINKS = 40;
const GIVEN_UP_MS = 600;

/** Packets that a peripheral may send: on the ATT channel or another, with the true length or another. */
const packet = fc
  .record({
    pdu: fc.uint8Array({ maxLength: 40 }),
    length: fc.option(fc.nat(0xffff), { freq: 4 }),
    channel: fc.constantFrom(4, 4, 4, 5, 6, 0x40),
  })
  .map(({ pdu, length, channel }) => {
    const says = length ?? pdu.length;
    return Uint8Array.of(says & 0xff, says >> 8, channel, 0, ...pdu);
  });

let room: TapRoom | undefined;
afterEach(async () => {
  await room?.close();
  room = undefined;
});

// threats.md, row 18.
it("releases nothing to peripherals that answer with noise, and lets her phone tap after them", async () => {
  const anna = newHolder("anna");
  const opened = await openTapRoom([anna]);
  room = opened;
  const host = createRawHost(opened.join("mallory", NEAR));
  const noise = fc.sample(packet, { numRuns: LINKS * 20, seed: 18 });
  let [links, sent] = [0, 0];
  host.onAccept((link) => {
    links += 1;
    const timer = setInterval(() => {
      const next = link.open ? noise[sent] : undefined;
      if (next === undefined) clearInterval(timer);
      else link.send(next);
      sent += 1;
    }, 25);
  });
  const { identifier } = opened.identifier(anna);
  host.advertise({ data: Uint8Array.of(2, 1, 6, 17, 7, ...[...identifier].reverse()) });
  await opened.seen(({ type }) => type === "near");
  const released: boolean[] = [];
  for (let each = 0; each < LINKS; each += 1) {
    released.push((await opened.runner.tap({ id: "anna" }, AbortSignal.timeout(GIVEN_UP_MS))).ok);
    host.advertise({ data: Uint8Array.of(2, 1, 6, 17, 7, ...[...identifier].reverse()) });
  }
  expect(released).toEqual(Array.from({ length: LINKS }, () => false));
  // The kiosk took the bait each time.
  expect([links, sent > LINKS]).toEqual([LINKS, true]);

  host.stopAdvertising();
  const { bleno } = await opened.phone(anna, NEAR);
  await expect.poll(() => opened.presence.sighting({ id: "anna" })?.address, { timeout: 5_000 }).toBe(bleno.address);
  const honest = await opened.runner.tap({ id: "anna" }, new AbortController().signal);
  expect([honest.ok ? "released" : honest.code, opened.radio.state()]).toEqual(["released", "ok"]);
});
