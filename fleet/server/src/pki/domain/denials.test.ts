import fc from "fast-check";
import { expect, it } from "vitest";
import { DENIAL_KINDS, type Decision, type DenialKind, DenyList } from "./denials.js";

const history = fc
  .array(fc.record({ kind: fc.constantFrom(...DENIAL_KINDS), whom: fc.constantFrom("a", "b", "c") }), { maxLength: 30 })
  .map((made) => made.map((one, index): Decision => ({ ...one, epoch: 2 * index + 1, at: index })));

/** What a list should say of `whom`: its last word. */
const lastWord = (decisions: readonly Decision[], kind: DenialKind, whom: string): boolean => {
  const about = decisions.filter(
    (one) => one.whom === whom && (one.kind === kind || one.kind === `${kind}-readmitted`),
  );
  return about.at(-1)?.kind === kind;
};

it("denies whom the last word denies, and a serial for ever", () => {
  fc.assert(
    fc.property(history, (decisions) => {
      const list = new DenyList();
      for (const decision of decisions) list.apply(decision);
      for (const whom of ["a", "b", "c"]) {
        expect(list.deniesDevice(whom)).toBe(lastWord(decisions, "device", whom));
        expect(list.deniesHolder(whom)).toBe(lastWord(decisions, "holder", whom));
        expect(list.deniesSerial(whom)).toBe(decisions.some((one) => one.kind === "serial" && one.whom === whom));
      }
      expect(list.epoch).toBe(decisions.at(-1)?.epoch ?? 0);
    }),
  );
});

it("is the same however often and in however many parts the history is told", () => {
  fc.assert(
    fc.property(history, fc.nat(30), (decisions, cut) => {
      const [once, twice] = [new DenyList(), new DenyList()];
      for (const decision of decisions) once.apply(decision);
      for (const decision of [...decisions.slice(0, cut), ...decisions]) twice.apply(decision);
      expect([twice.epoch, twice.devices(), twice.holders(), twice.serials()]).toEqual([
        once.epoch,
        once.devices(),
        once.holders(),
        once.serials(),
      ]);
    }),
  );
});

it("names the newest first, with the date of the first denial", () => {
  const list = new DenyList();
  const say = (epoch: number, whom: string): void => list.apply({ epoch, kind: "device", whom, at: epoch * 10 });
  say(1, "bed-7");
  say(2, "bed-8");
  say(3, "bed-7");
  expect(list.devices().map(({ whom, at }) => [whom, at])).toEqual([
    ["bed-7", 10],
    ["bed-8", 20],
  ]);
});
