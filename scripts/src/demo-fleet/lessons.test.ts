import { checkJournalBody } from "@wardkey/protocol/fleet";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Draws } from "./draws.js";
import { answerOffer, perhapsWithLesson } from "./lessons.js";
import { type Entry, visitOf } from "./visits.js";

const AT = Date.UTC(2026, 10, 20, 9);
const seed = fc.integer({ min: 0, max: 2 ** 31 });
const SESSION = "00000000-0000-4000-8000-000000000001";

const visitBy = (from: number) => visitOf(new Draws(from), { person: "anna-rossi", at: AT, newId: () => SESSION });
const refused = (entries: readonly Entry[]) => entries.filter(({ kind, body }) => !checkJournalBody(kind, body).ok);
const isOfLesson = ({ kind }: Entry): boolean => kind.startsWith("lesson.");
const heldOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, each) => sum + (each.kind === "session.locked" ? (each.body.heldMs ?? 0) : 0), 0);

describe("a visit in which a lesson is read", () => {
  it("tells what an agent may journal, in the order of time, and takes as much longer", () => {
    let read = 0;
    fc.assert(
      fc.property(seed, (from) => {
        const visit = visitBy(from);
        const entries = perhapsWithLesson(new Draws(from + 1), visit);
        const lessons = entries.filter(isOfLesson);
        if (lessons.length === 0) {
          expect(entries).toEqual(visit);
          return;
        }
        read += 1;
        expect(refused(entries)).toEqual([]);
        expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).toSorted((a, b) => a - b));
        expect(lessons.map(({ kind }) => kind)).toEqual(["lesson.opened", "lesson.completed"]);
        expect(entries.filter((each) => !isOfLesson(each)).map(({ kind }) => kind)).toEqual(
          visit.map(({ kind }) => kind),
        );
        const longer = (entries.at(-1)?.at ?? 0) - (visit.at(-1)?.at ?? 0);
        expect(longer).toBeGreaterThan(70_000);
        expect(heldOf(entries) - heldOf(visit)).toBe(longer);
      }),
      { numRuns: 2_000 },
    );
    expect(read).toBeGreaterThan(0);
  });
});

describe("an offered lesson", () => {
  it("is put off, or opened and answered, some with too many faults, as an agent may journal", () => {
    const draws = new Draws(5);
    const offer = { lesson: "usb", staffId: "anna-rossi", now: AT } as const;
    const answered = Array.from({ length: 300 }, () => answerOffer(draws, offer));
    expect(answered.flatMap(refused)).toEqual([]);
    const outcomes = answered.map((entries) => {
      const last = entries.at(-1);
      return last?.kind === "lesson.completed" ? `${entries.length} passed ${last.body.passed}` : last?.kind;
    });
    expect([...new Set(outcomes)].sort()).toEqual(["2 passed false", "2 passed true", "lesson.put-off"]);
    for (const [first, last] of answered) {
      if (last?.kind === "lesson.completed") expect(last.at - (first?.at ?? 0)).toBe(last.body.ms);
    }
  });
});
