import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { NudgeBody } from "../fleet/messages.js";
import { gradeLesson, LESSON_IDS, LESSONS, readingMinutes } from "../training/index.js";
import {
  BEHAVIOURS,
  checkNudge,
  NUDGE_LANGUAGES,
  nudgeSentence,
  TEMPLATES,
  templateOf,
  templatesFor,
  templateText,
} from "./index.js";

const digest = (text: string): string => createHash("sha256").update(text).digest("base64url");
const digestOf = (id: string): string => {
  const template = templateOf(id);
  if (template === null) throw new Error(`no template ${id}`);
  return digest(templateText(template));
};
const norm: NudgeBody = { template: "ward-locks", digest: digestOf("ward-locks"), parameters: { share: 8 } };

describe("the sentences that a kiosk may show", () => {
  it.each(TEMPLATES.map((template) => [template.id, template] as const))(
    "%s says the same in three languages, names what it builds on, and is short",
    (_id, template) => {
      expect(template.mindspace.length).toBeGreaterThan(0);
      expect(template.comB.length).toBeGreaterThan(0);
      for (const language of NUDGE_LANGUAGES) {
        const text = template.text[language];
        expect(text.length).toBeLessThanOrEqual(110);
        expect(text).not.toMatch(/https?:|www\.|<|@/);
        const named = [...text.matchAll(/\{\{([a-zA-Z0-9]+)\}\}/g)].map(([, name]) => name);
        const inEnglish = [...template.text.en.matchAll(/\{\{([a-zA-Z0-9]+)\}\}/g)].map(([, name]) => name);
        expect(named).toEqual(inEnglish);
      }
    },
  );

  it("are there for every behaviour, each under a name of its own", () => {
    expect(BEHAVIOURS.filter((behaviour) => templatesFor(behaviour).length === 0)).toEqual([]);
    expect(new Set(TEMPLATES.map(({ id }) => id)).size).toBe(TEMPLATES.length);
  });

  it("have their parameters put in their places", () => {
    const template = templateOf("ward-locks");
    expect(template && nudgeSentence(template, "en", { share: 8 })).toBe(
      "On this ward, 8 of 10 screens are locked before anybody else comes by.",
    );
  });
});

// threats.md, row 21.
describe("a nudge that was signed by whoever holds the fleet's key", () => {
  it("is shown in this version's own words", () => {
    expect(checkNudge(norm, digest)).toEqual({ ok: true, template: templateOf("ward-locks") });
  });

  it.each<[string, Partial<NudgeBody>, string]>([
    ["a sentence that this version does not have", { template: "call-this-number" }, "nudge-unknown"],
    ["words that differ from this version's", { digest: digest("other words") }, "nudge-differs"],
    ["another sentence's digest", { digest: digestOf("veil-guards") }, "nudge-differs"],
    ["a parameter too few", { parameters: {} }, "nudge-parameters"],
    ["a parameter too many", { parameters: { share: 8, link: "evil" } }, "nudge-parameters"],
    ["a word for a number", { parameters: { share: "eight" } }, "nudge-parameters"],
    ["a number out of bounds", { parameters: { share: 11 } }, "nudge-parameters"],
    ["a fraction", { parameters: { share: 7.5 } }, "nudge-parameters"],
    ["a name that every object has", { template: "constructor" }, "nudge-unknown"],
  ])("is refused with %s", (_what, change, code) => {
    expect(checkNudge({ ...norm, ...change }, digest)).toEqual({ ok: false, code });
  });
});

describe("the lessons", () => {
  it.each(LESSON_IDS.flatMap((id) => NUDGE_LANGUAGES.map((language) => [id, language] as const)))(
    "%s takes about two minutes to read in %s",
    (id, language) => {
      const minutes = readingMinutes(LESSONS[id], language);
      expect(minutes).toBeGreaterThan(0.8);
      expect(minutes).toBeLessThanOrEqual(2);
    },
  );

  it("ask questions whose right answers stand at different places", () => {
    for (const { questions } of Object.values(LESSONS)) {
      expect(questions.every(({ right, choices }) => right < choices.length)).toBe(true);
      expect(new Set(questions.map(({ right }) => right)).size).toBe(questions.length);
    }
  });

  it("count right answers, pass with one wrong, and take no other answers than theirs", () => {
    const lesson = LESSONS.usb;
    const right = lesson.questions.map((question) => question.right);
    expect(gradeLesson(lesson, right)).toEqual({ correct: 3, of: 3, passed: true });
    expect(gradeLesson(lesson, right.with(0, (right[0] ?? 0) === 0 ? 1 : 0))).toEqual({
      correct: 2,
      of: 3,
      passed: true,
    });
    expect(gradeLesson(lesson, [1, 1, 2])).toMatchObject({ passed: false });
    expect(gradeLesson(lesson, right.slice(1))).toBeNull();
    expect(gradeLesson(lesson, [0, 0, 9])).toBeNull();
  });
});
