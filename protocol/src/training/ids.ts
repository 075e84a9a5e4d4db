/** Two minutes each: see `lessons.ts`. */
export const LESSON_IDS = ["unlocked-workstations", "passwords", "insecure-sharing", "usb"] as const;
export type LessonId = (typeof LESSON_IDS)[number];

export const isLesson = (id: string): id is LessonId => LESSON_IDS.some((each) => each === id);
