import { createHash } from "node:crypto";
import { instant, milliseconds, seconds } from "@wardkey/protocol";
import { templateOf, templateText } from "@wardkey/protocol/nudge";
import { beforeEach, describe, expect, it } from "vitest";
import { type Served, type Session, startSession } from "../session/index.js";
import { SimulatedTime } from "../testing/simulated-time.js";
import { someServed } from "../testing/some-served.js";
import { LessonDesk, NudgeDesk } from "./index.js";

let ids = 0;
const nudge = (template: string, parameters: Record<string, string | number> = {}, life = 30) => {
  const known = templateOf(template);
  const digest = createHash("sha256")
    .update(known === null ? "" : templateText(known))
    .digest("base64url");
  ids += 1;
  const jti = `0199a1b2-0000-7000-8000-${ids.toString(16).padStart(12, "0")}`;
  return { jti, iat: 1_000, exp: 1_000 + life, body: { template, digest, parameters } };
};

let time: SimulatedTime;
let session: Session;
let quiet: boolean;
let noted: [string, Record<string, unknown>][];
let nudges: NudgeDesk;
let lessons: LessonDesk;

const turn = (mode: Session["mode"]): void => {
  session = { ...session, mode };
  nudges.look();
  lessons.look();
};
const open = (attempt: number, more: Partial<Served> = {}): void =>
  turn({ name: "unlocked", served: someServed({ attempt, ...more }), newcomer: null });
const told = () => noted.map(([kind, { nudge: _id, template: _template, ...body }]) => [kind, body]);

beforeEach(() => {
  time = new SimulatedTime(Date.UTC(2026, 2, 2, 10));
  session = startSession({ now: instant(0) });
  quiet = false;
  noted = [];
  const journal = { note: (kind: string, body: object) => void noted.push([kind, { ...body }]) };
  const parts = { clock: time, timers: time, journal, session: () => session, changed: () => {} };
  lessons = new LessonDesk(parts);
  nudges = new NudgeDesk({ ...parts, quiet: () => quiet, offered: (lesson) => lessons.offer(lesson) });
});

describe("a nudge for who has just come in", () => {
  it("is shown for six seconds and then journaled, and names nobody", async () => {
    open(1);
    nudges.take(nudge("phone-goes-along"));
    expect(nudges.view).toMatchObject({ template: "phone-goes-along", until: time.now() + 6_000 });
    await time.advance(5_900);
    expect(nudges.view).not.toBeNull();
    await time.advance(200);
    expect(nudges.view).toBeNull();
    expect(told()).toEqual([["nudge.shown", { moment: "tap-in", ended: "time", ms: 6_000 }]]);
    expect(JSON.stringify(noted)).not.toContain("anna");
  });

  it("goes with a touch", async () => {
    open(1);
    const sent = nudge("phone-goes-along");
    nudges.take(sent);
    await time.advance(1_000);
    expect([nudges.dismiss("another"), nudges.dismiss(sent.jti), nudges.view]).toEqual([false, true, null]);
    expect(told()).toEqual([["nudge.shown", { moment: "tap-in", ended: "dismissed", ms: 1_000 }]]);
  });

  it.each<[string, () => void | Promise<void>, string]>([
    ["nobody is in", () => turn({ name: "locked" }), "nobody-in"],
    [
      "they are at work already",
      async () => {
        open(1);
        await time.advance(15_001);
      },
      "too-late",
    ],
    ["a procedure runs", () => open(1, { procedureSince: 0 }), "procedure"],
    [
      "it is an emergency",
      () => open(1, { emergency: { reason: "system-down" } as unknown as NonNullable<Served["emergency"]> }),
      "emergency",
    ],
    [
      "the hours are quiet",
      () => {
        quiet = true;
        open(1);
      },
      "quiet-hours",
    ],
  ])("is held back when %s", async (_what, arrange, reason) => {
    await arrange();
    nudges.take(nudge("phone-goes-along"));
    expect([nudges.view, told()]).toEqual([null, [["nudge.withheld", { reason }]]]);
  });

  it("gives way at once to a procedure, and to the next person", () => {
    open(1);
    nudges.take(nudge("phone-goes-along"));
    open(1, { procedureSince: 1 });
    expect([nudges.view, told()]).toEqual([null, [["nudge.shown", { moment: "tap-in", ended: "overtaken", ms: 0 }]]]);
  });

  it("is not followed by another within a minute at the same kiosk", async () => {
    open(1);
    nudges.take(nudge("phone-goes-along"));
    await time.advance(10_000);
    nudges.take(nudge("ward-locks", { share: 8 }));
    expect(told().at(-1)).toEqual(["nudge.withheld", { reason: "too-soon" }]);
  });
});

describe("a nudge for who is about to go", () => {
  it("waits until they have gone, and is shown over the locked screen", async () => {
    open(1);
    nudges.take(nudge("veil-guards", {}, 4_000));
    await time.advance(600_000);
    turn({ name: "leaving", served: someServed(), lockAt: time.monotonic() + 3_000, because: "walked-away" });
    expect(nudges.view).toBeNull();
    turn({ name: "locked" });
    expect(nudges.view).toMatchObject({ template: "veil-guards" });
  });

  it("is shown to nobody else: not when another comes, nor when it has become too old", async () => {
    open(1);
    nudges.take(nudge("veil-guards", {}, 4_000));
    turn({ name: "someone-near", evidence: 0.5 });
    expect(told()).toEqual([["nudge.withheld", { reason: "overtaken" }]]);
    open(2);
    nudges.take(nudge("veil-guards", {}, 60));
    await time.advance(milliseconds(seconds(61)));
    turn({ name: "locked" });
    expect(told().at(-1)).toEqual(["nudge.withheld", { reason: "too-late" }]);
  });

  it("goes when somebody comes near", () => {
    open(1);
    nudges.take(nudge("veil-guards", {}, 4_000));
    turn({ name: "locked" });
    turn({ name: "someone-near", evidence: 0.5 });
    expect(nudges.view).toBeNull();
    expect(told().at(-1)).toEqual(["nudge.shown", { moment: "tap-out", ended: "overtaken", ms: 0 }]);
  });
});

it("holds back what it has no words for, or other words", () => {
  open(1);
  nudges.take(nudge("win-a-prize"));
  const sent = nudge("phone-goes-along");
  nudges.take({ ...sent, body: { ...sent.body, digest: "A".repeat(43) } });
  nudges.take(nudge("ward-locks", { share: 99 }));
  expect(told().map(([, body]) => body)).toEqual([
    { reason: "nudge-unknown" },
    { reason: "nudge-differs" },
    { reason: "nudge-parameters" },
  ]);
});

describe("a lesson", () => {
  const offer = nudge("lesson-offer", { lesson: "usb" });

  it("is offered, opened by their own wish, answered, and journaled as theirs", async () => {
    open(1);
    nudges.take(offer);
    expect(lessons.view).toEqual({ lesson: "usb", step: "offered" });
    expect(lessons.answer([2, 0, 1])).toEqual({ ok: false, code: "no-lesson" });
    expect(lessons.open()).toEqual({ ok: true });
    await time.advance(90_000);
    expect(lessons.answer([2, 0])).toEqual({ ok: false, code: "answers-malformed" });
    expect(lessons.answer([2, 0, 1])).toEqual({ ok: true });
    expect(lessons.view).toEqual({ lesson: "usb", step: "done", score: { correct: 3, of: 3, passed: true } });
    expect(lessons.later()).toEqual({ ok: true });
    expect(noted).toEqual([
      ["lesson.opened", { lesson: "usb", staffId: "anna" }],
      ["lesson.completed", { lesson: "usb", staffId: "anna", correct: 3, of: 3, passed: true, ms: 90_000 }],
    ]);
  });

  it("is put off with a touch, and gone with the session or when a procedure begins", () => {
    open(1);
    nudges.take(offer);
    expect(lessons.later()).toEqual({ ok: true });
    expect(noted).toEqual([["lesson.put-off", { lesson: "usb", staffId: "anna" }]]);
    nudges.take(offer);
    lessons.open();
    open(1, { procedureSince: 1 });
    expect(lessons.view).toBeNull();
    open(2);
    nudges.take(offer);
    turn({ name: "locked" });
    expect(lessons.view).toBeNull();
  });
});
