import { expect, it } from "vitest";
import { serviceManager } from "./service-manager.js";

const PID = 4_711;

/** A systemd that keeps what it was told, and a timer that a test moves. */
function systemd(env: Readonly<Record<string, string>>, arrives: () => Promise<boolean> = async () => true) {
  const told: string[] = [];
  const beats: { readonly ms: number; readonly beat: () => void }[] = [];
  let stopped = 0;
  const manager = serviceManager({
    env,
    pid: PID,
    notify: (lines) => {
      told.push(...lines);
      return arrives();
    },
    every: (ms, beat) => {
      beats.push({ ms, beat });
      return () => {
        stopped++;
      };
    },
  });
  return { manager, told, beats, stopped: () => stopped };
}

const settled = async () => {
  for (let turn = 0; turn < 4; turn++) await Promise.resolve();
};

it("says that it serves, three times in the time allowed that it lives, and that it stops", async () => {
  const { manager, told, beats, stopped } = systemd({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: String(PID) });
  expect([told, beats]).toEqual([[], []]);
  manager.ready();
  manager.ready();
  expect(beats.map(({ ms }) => ms)).toEqual([10_000]);
  beats[0]?.beat();
  await settled();
  beats[0]?.beat();
  manager.stopping();
  expect(told).toEqual(["READY=1", "WATCHDOG=1", "WATCHDOG=1", "STOPPING=1"]);
  expect(stopped()).toBe(1);
});

it("does not say that it serves, nor that it lives, once it stops", () => {
  const { manager, told, beats } = systemd({ WATCHDOG_USEC: "3000000" });
  manager.stopping();
  manager.ready();
  expect([told, beats]).toEqual([["STOPPING=1"], []]);
});

it("does not pile up beats that systemd does not take", async () => {
  const waiting: ((arrived: boolean) => void)[] = [];
  const { manager, told, beats } = systemd(
    { WATCHDOG_USEC: "3000000" },
    () => new Promise((done) => waiting.push(done)),
  );
  manager.ready();
  for (let at = 0; at < 5; at++) beats[0]?.beat();
  expect(told).toEqual(["READY=1", "WATCHDOG=1"]);
  for (const done of waiting) done(false);
  await settled();
  beats[0]?.beat();
  expect(told).toEqual(["READY=1", "WATCHDOG=1", "WATCHDOG=1"]);
});

it.each([
  ["nobody watches", {}],
  ["another process is watched", { WATCHDOG_USEC: "30000000", WATCHDOG_PID: "1" }],
  ["the time is no time", { WATCHDOG_USEC: "soon" }],
  ["the time is none", { WATCHDOG_USEC: "0" }],
])("does not beat when %s", (_why, env) => {
  const { manager, told, beats } = systemd(env as Record<string, string>);
  manager.ready();
  expect([told, beats]).toEqual([["READY=1"], []]);
});

it("is silent where nobody listens", () => {
  const none = { env: { WATCHDOG_USEC: "30000000" }, pid: PID, notify: null };
  const manager = serviceManager({ ...none, every: () => expect.unreachable() });
  manager.ready();
  manager.stopping();
});
