import { beforeEach, describe, expect, it } from "vitest";
import { SimulatedTime } from "../testing/simulated-time.js";
import { PageCover } from "./page-cover.js";

const [shell, tab] = [{ name: "the shell's page" }, { name: "another tab" }];

let time: SimulatedTime;
let cover: PageCover;
let asked: number[];
let changes: boolean[];

beforeEach(() => {
  time = new SimulatedTime();
  cover = new PageCover();
  [asked, changes] = [[], []];
  cover.connect({ clock: time, timers: time, ask: (revision) => asked.push(revision) });
});
const listen = () => cover.on(() => changes.push(cover.covered));
const newest = () => asked.at(-1) ?? 0;

describe("the page that covers", () => {
  it("is asked each second while somebody wants to know, and not at all otherwise", async () => {
    await time.advance(10_000);
    expect(asked).toEqual([]);
    const deaf = listen();
    await time.advance(3_000);
    expect(asked).toEqual([1, 2, 3, 4]);
    deaf();
    await time.advance(10_000);
    expect(asked).toEqual([1, 2, 3, 4]);
  });

  it("covers for three seconds after each confirmation, and no longer", async () => {
    listen();
    cover.confirmed(shell, newest());
    await time.advance(2_999);
    expect([cover.covered, changes]).toEqual([true, [true]]);
    await time.advance(1);
    expect([cover.covered, changes]).toEqual([false, [true, false]]);
  });

  it("covers no more once it has gone, however many others are there", () => {
    listen();
    cover.confirmed(shell, newest());
    cover.gone(tab);
    expect(cover.covered).toBe(true);
    cover.gone(shell);
    expect([cover.covered, changes]).toEqual([false, [true, false]]);
  });

  it.each([
    ["a number that nobody asked under", 99, 0],
    ["what was asked three seconds ago", 1, 3_000],
  ])("is not believed for %s", async (_what, revision, after) => {
    listen();
    await time.advance(after);
    cover.confirmed(shell, revision);
    expect([cover.covered, changes]).toEqual([false, []]);
  });

  it("confirms a lock by what it was asked after the lock alone", async () => {
    listen();
    const before = newest();
    cover.confirmed(shell, before);
    const [answers, late] = [[] as boolean[], new AbortController()];
    const confirmed = cover.confirm(late.signal).then((answer) => answers.push(answer));
    cover.confirmed(shell, before);
    await time.advance(0);
    expect(answers).toEqual([]);
    cover.confirmed(shell, newest());
    await confirmed;
    expect(answers).toEqual([true]);
  });

  it("has not confirmed what it had no time for", async () => {
    const late = new AbortController();
    const confirmed = cover.confirm(late.signal);
    late.abort();
    expect([await confirmed, await cover.confirm(late.signal)]).toEqual([false, false]);
  });
});
