import { createRawHost, createRogueCentral, replayPackets, startRecorder } from "@wardkey/virtual-radio";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openWard, type TestWard, walkUp } from "./testing/test-wallet.js";

let ward: TestWard;
beforeAll(async () => {
  ward = await openWard();
  await ward.enrol();
});
afterAll(() => ward.close());

const join = (name: string) => {
  const joined = ward.room.join(name, { position: { x: 0.5, y: 0.5 } });
  if (joined.outcome !== "joined") throw new Error(joined.reason);
  return joined.participant;
};

// threats.md, row 3.
it("gives nothing to whoever says again all that an honest kiosk once said", async () => {
  const recording = startRecorder(join("ear"));
  await walkUp(ward);
  expect((await ward.tapAndLeave()).record?.outcome).toBe("unlocked");
  recording.stop();
  const lines = () => ward.page.view?.history.map(({ outcome, code }) => [outcome, code]) ?? [];
  const before = lines();

  const thief = join("thief");
  const phone = await createRogueCentral(thief).find(({ type }) => type === 0, 5_000);
  if (phone === undefined) throw new Error("her phone was not heard");
  const link = await createRawHost(thief).connect(phone.address, phone.addressType);
  if (link === undefined) throw new Error("her phone was not reached");
  const heard: number[] = [];
  link.onReceive((packet) => heard.push(packet.length));
  const sent = await replayPackets(link, recording, { from: "kiosk", gapMs: 40 });

  await expect.poll(() => lines().length, { timeout: 5_000 }).toBe(before.length + 1);
  expect(lines()).toEqual([["refused", "message-unauthentic"], ...before]);
  // Not for want of words: services were found and M1 was answered with all of the old M2.
  expect([sent > 10, heard.length > 10]).toEqual([true, true]);
});
