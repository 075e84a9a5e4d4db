import { seconds } from "@wardkey/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import { RecordedLocker } from "../../locking/index.js";
import type { MatchEvidence, Permit } from "../../policy/index.js";
import { PROFILES } from "../../profile/index.js";
import { runnerPorts } from "../../testing/runner-ports.js";
import { SimulatedSenses } from "../../testing/simulated-senses.js";
import { SimulatedTime, settle } from "../../testing/simulated-time.js";
import { SessionRunner } from "../index.js";

const anna = { id: "anna" };
const _facts = {
  leaseValid: true,
  cutOff: false,
  denied: new Set<string>(),
  journal: "ok",
  radio: "ok",
  face: "one",
} as const;

let time: SimulatedTime;
let senses: SimulatedSenses;
let locker: RecordedLocker;
let runner: SessionRunner;
let permitFor: (evidence: MatchEvidence) => Permit;

beforeEach(() => {
  time = new SimulatedTime();
  senses = new SimulatedSenses();
  locker = new RecordedLocker();
  runner = new SessionRunner(
    runnerPorts(senses, {
      clock: time,
      timers: time,
      locker,
      permit: (evidence) => permitFor(evidence),
    }),
  );
  senses.presence.on((event) => runner.sense(event));
});

async function comeIn() {
  senses.presence.say({ type: "near", holder: anna });
  await settle();
  const session = senses.taps.sessions.at(-1);
  if (session === undefined) throw new Error("nobody was asked");
  return session;
}

describe("a tap where the policy asks for proof of life", () => {
  it("opens once the face has moved as asked and matched again", async () => {
    const asked: string[] = [];
    const shown: unknown[] = [];
    permitFor = ({ challenge }) => {
      asked.push(challenge ?? "none");
      shown.push(runner.challenge);
      return challenge === "passed" ? { ok: true } : { ok: false, reason: "not-live", challenge: "prove-liveness" };
    };
    const matches: (boolean | undefined)[] = [];
    senses.vision.match = async ({ challenged }) => {
      matches.push(challenged);
      return { outcome: "match", branch: "bare" };
    };
    const watched: unknown[] = [];
    senses.vision.challenge = async ({ kind, onProgress }) => {
      onProgress({ hint: "go-on", progress: 0.5 });
      watched.push(kind, runner.challenge);
      return { outcome: "passed" };
    };
    await comeIn();
    await settle();
    expect([asked, matches, watched]).toEqual([
      ["none", "passed"],
      [false, true],
      ["blink", { kind: "blink", hint: "go-on", progress: 0.5 }],
    ]);
    expect([runner.challenge, shown, locker.turns]).toEqual([null, [null, null], ["lock", "unlock"]]);
  });

  it("stays shut for who does not move as asked, and is asked no second time", async () => {
    permitFor = () => ({ ok: false, reason: "not-live", challenge: "prove-liveness" });
    senses.vision.challenges = [{ outcome: "failed", reason: "too-late" }];
    const session = await comeIn();
    await settle();
    expect([senses.vision.challengesAsked, runner.challenge, locker.turns]).toEqual([["blink"], null, ["lock"]]);
    expect(session.outcomes).toEqual(["refused"]);
    expect(runner.session.mode).toMatchObject({ name: "refused", reason: "not-live" });
  });

  it("gives a challenge its own time, once", async () => {
    permitFor = ({ challenge }) =>
      challenge === "passed" ? { ok: true } : { ok: false, reason: "not-live", challenge: "prove-liveness" };
    senses.vision.challenge = async () => {
      await time.advance(seconds(5));
      return { outcome: "passed" };
    };
    await comeIn();
    for (let turn = 0; turn < 5; turn++) await settle();
    expect(runner.session.mode.name).toBe("unlocked");
    expect(locker.turns).toEqual(["lock", "unlock"]);
    expect(PROFILES.demo.session.matchDeadline).toBeLessThan(seconds(5));
  });
});
