import { replayPhone, startRecorder } from "@wardkey/virtual-radio";
import { afterEach, expect, it } from "vitest";
import { newHolder, openTapRoom, type TapRoom } from "../testing/tap-room.js";

const NEAR = { position: { x: 1, y: 0 } };
const never = new AbortController().signal;

let room: TapRoom | undefined;
afterEach(async () => {
  await room?.close();
  room = undefined;
});

// threats.md, row 3.
it("releases nothing to whoever answers with every packet that her phone once answered with", async () => {
  const anna = newHolder("anna");
  const opened = await openTapRoom([anna]);
  room = opened;
  const recording = startRecorder(opened.join("ear", { position: { x: 1, y: 1 } }));
  const phone = await opened.phone(anna, NEAR, { heartbeatMs: 100 });
  await opened.seen(({ type }) => type === "near");
  const honest = await opened.runner.tap({ id: "anna" }, never);
  if (!honest.ok) throw new Error(honest.code);
  let beats = 0;
  const beaten = new Promise<void>((resolve) => {
    honest.session.on(({ type }) => {
      if (type === "heartbeat") beats += 1;
      if (beats === 3) resolve();
    });
  });
  await honest.session.decide("unlocked");
  await beaten;
  await honest.session.close();
  recording.stop();
  await phone.bleno.stopAdvertisingAsync();

  const ghost = replayPhone(opened.join("ghost", NEAR), recording, "phone-anna");
  const replayed = await opened.runner.tap({ id: "anna" }, never);
  expect(replayed).toMatchObject({ ok: false, code: "message-unauthentic", reason: "credential-invalid" });
  // Not for want of answers: the kiosk was given services, M1 and all of M3.
  expect(ghost.answered).toBeGreaterThan(10);
  ghost.stop();
});
