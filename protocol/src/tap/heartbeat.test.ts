import { describe, expect, it } from "vitest";
import { HeartbeatOpener, HeartbeatSealer } from "./heartbeat.js";

const session = (fill = 1) => ({ key: new Uint8Array(32).fill(fill), transcript: new Uint8Array(32).fill(9) });

describe("a heartbeat", () => {
  it("says that the phone is there and whether it moved; lost ones are no error", () => {
    const phone = new HeartbeatSealer(session());
    const kiosk = new HeartbeatOpener(session());
    const beats = [true, false, true, false].map((moved) => phone.seal({ moved }));
    const opened = [beats[0], beats[1], beats[3]].map((beat) => kiosk.open(beat ?? new Uint8Array(0)));
    expect(opened).toEqual([
      { ok: true, counter: 1, moved: true },
      { ok: true, counter: 2, moved: false },
      { ok: true, counter: 4, moved: false },
    ]);
  });

  it("says how many steps its owner made since the last one that was heard, round and round", () => {
    const phone = new HeartbeatSealer(session());
    const kiosk = new HeartbeatOpener(session());
    const beats = [0, 4, 7, 255, 258, 258].map((steps) => phone.seal({ moved: false, steps }));
    const heard = beats.filter((_, index) => index !== 2);
    expect(heard.map((beat) => kiosk.open(beat))).toEqual([
      { ok: true, counter: 1, moved: false, steps: 0 },
      { ok: true, counter: 2, moved: false, steps: 4 },
      { ok: true, counter: 4, moved: false, steps: 251 },
      { ok: true, counter: 5, moved: false, steps: 3 },
      { ok: true, counter: 6, moved: false, steps: 0 },
    ]);
  });

  it("of a phone that ceased to count steps goes on without them", () => {
    const phone = new HeartbeatSealer(session());
    const kiosk = new HeartbeatOpener(session());
    expect([kiosk.open(phone.seal({ moved: true, steps: 3 })), kiosk.open(phone.seal({ moved: true }))]).toEqual([
      { ok: true, counter: 1, moved: true, steps: 3 },
      { ok: true, counter: 2, moved: true },
    ]);
  });

  it("is refused a second time, and out of order, and closes the session", () => {
    const phone = new HeartbeatSealer(session());
    const kiosk = new HeartbeatOpener(session());
    const first = phone.seal({ moved: false });
    const second = phone.seal({ moved: false });
    expect(kiosk.open(second)).toMatchObject({ ok: true });
    expect(kiosk.open(first)).toEqual({ ok: false, code: "heartbeat-replayed" });
    expect(kiosk.open(phone.seal({ moved: false }))).toEqual({ ok: false, code: "heartbeat-closed" });
  });

  it("is refused when the one just heard is heard again", () => {
    const kiosk = new HeartbeatOpener(session());
    const beat = new HeartbeatSealer(session()).seal({ moved: true });
    expect([kiosk.open(beat), kiosk.open(beat)]).toEqual([
      { ok: true, counter: 1, moved: true },
      { ok: false, code: "heartbeat-replayed" },
    ]);
  });

  it("is refused with any bit of it changed, and cut anywhere", () => {
    const beat = new HeartbeatSealer(session()).seal({ moved: false });
    for (let at = 0; at < beat.length * 8; at += 1) {
      const changed = beat.slice();
      changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7));
      expect(new HeartbeatOpener(session()).open(changed).ok).toBe(false);
    }
    for (let length = 0; length < beat.length; length += 1) {
      expect(new HeartbeatOpener(session()).open(beat.slice(0, length)).ok).toBe(false);
    }
  });

  it("of another session is refused", () => {
    const beat = new HeartbeatSealer(session(2)).seal({ moved: false });
    expect(new HeartbeatOpener(session()).open(beat)).toEqual({ ok: false, code: "heartbeat-unauthentic" });
  });

  it("is no longer made once the phone has closed, and the key is gone", () => {
    const secret = session();
    const phone = new HeartbeatSealer(secret);
    phone.close();
    expect(phone.seal({ moved: false })).toEqual(new Uint8Array(0));
    expect(secret.key).toEqual(new Uint8Array(32));
  });

  it("fits in two frames of the smallest MTU", () => {
    const beat = new HeartbeatSealer(session()).seal({ moved: true });
    expect(beat.length).toBe(21);
  });
});
