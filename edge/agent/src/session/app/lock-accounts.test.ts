import { minutes } from "@wardkey/protocol";
import { beforeEach, expect, it } from "vitest";
import { SimulatedTime } from "../../testing/simulated-time.js";
import { LockAccounts } from "./lock-accounts.js";
import type { AttemptFacts } from "./records.js";

const session = "0b9f4c3e-52a1-4f2d-9d7a-6a1f3c9b2e10";
let time: SimulatedTime;
let accounts: LockAccounts;
let shown: (string | null)[];

beforeEach(() => {
  time = new SimulatedTime();
  shown = [];
  accounts = new LockAccounts({
    clock: time,
    timers: time,
    changed: () => shown.push(accounts.view?.id ?? null),
  });
});

function locked(id = session): void {
  const account = {
    leftAt: time.monotonic() - 1_500,
    gone: 0.99,
    metres: 3,
    faceGoneMs: 1_500,
    inputGoneMs: null,
    heartbeatGapMs: 200,
    phone: "moving",
    reasons: ["phone-far"],
    strip: [],
  } as const;
  const kiosk = { cameraAttested: true, livenessEnforced: true };
  const of: AttemptFacts = { ...kiosk, session: id, holder: "anna", ms: 0, monotonic: time.monotonic(), account };
  accounts.locked(of, "walked-away");
}

it("takes the account off the screen when its time is over although nothing else happens", async () => {
  locked();
  await time.advance(minutes(2) - 1);
  expect(shown).toEqual([]);
  expect(accounts.view?.id).toBe(session);
  await time.advance(1);
  expect(shown).toEqual([null]);
  expect(accounts.dispute(session)).toBe(null);
});

it("tells of a later lock for as long as of any", async () => {
  locked("first");
  await time.advance(minutes(1));
  locked();
  await time.advance(minutes(2) - 1);
  expect(accounts.view?.id).toBe(session);
});

it("shows nothing anew for a lock that was forgotten meanwhile", async () => {
  locked();
  accounts.forget();
  await time.advance(minutes(3));
  expect(shown).toEqual([]);
});
