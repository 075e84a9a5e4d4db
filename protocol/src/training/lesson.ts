import type { NudgeLanguage } from "../nudge/template.js";
import type { LessonId } from "./ids.js";

export type InThreeLanguages = Readonly<Record<NudgeLanguage, string>>;

/** Drawn by the kiosk's page. */
export const LESSON_PICTURES = [
  "screen-open",
  "screen-locked",
  "walking",
  "phone",
  "key",
  "words",
  "note",
  "badge",
  "two-people",
  "code",
  "usb",
  "found-usb",
  "desk",
] as const;
export type LessonPicture = (typeof LESSON_PICTURES)[number];

export interface LessonCard {
  readonly picture: LessonPicture;
  readonly title: InThreeLanguages;
  readonly says: InThreeLanguages;
}

export interface LessonQuestion {
  readonly asks: InThreeLanguages;
  readonly choices: readonly InThreeLanguages[];
  /** Index of the right one. */
  readonly right: number;
}

/** Two minutes of reading: a few cards, each one thought and one picture, and a few questions. No voice. */
export interface Lesson {
  readonly id: LessonId;
  readonly title: InThreeLanguages;
  readonly cards: readonly LessonCard[];
  readonly questions: readonly LessonQuestion[];
}

/** Words a minute that somebody reads of instructions on a screen, taken low: Brysbaert, Journal of Memory and Language 109 (2019), gives 238 for prose. */
const WORDS_A_MINUTE = 180;

/** How long a lesson takes to read in one language, questions and choices included; minutes. */
export function readingMinutes({ cards, questions }: Lesson, language: NudgeLanguage): number {
  const texts = [
    ...cards.flatMap(({ title, says }) => [title[language], says[language]]),
    ...questions.flatMap(({ asks, choices }) => [asks[language], ...choices.map((choice) => choice[language])]),
  ];
  return texts.join(" ").split(/\s+/).length / WORDS_A_MINUTE;
}

export interface LessonScore {
  readonly correct: number;
  readonly of: number;
  /** At most one answer was wrong. */
  readonly passed: boolean;
}

/** `null`: these are not answers to this lesson's questions. */
export function gradeLesson({ questions }: Lesson, answers: readonly number[]): LessonScore | null {
  const fits =
    answers.length === questions.length &&
    questions.every(({ choices }, index) => (answers[index] ?? choices.length) < choices.length);
  if (!fits) return null;
  const correct = questions.filter(({ right }, index) => answers[index] === right).length;
  return { correct, of: questions.length, passed: questions.length - correct <= 1 };
}
