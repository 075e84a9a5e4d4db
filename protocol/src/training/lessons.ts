import type { LessonId } from "./ids.js";
import type { Lesson } from "./lesson.js";
import { insecureSharing } from "./lessons/insecure-sharing.js";
import { passwords } from "./lessons/passwords.js";
import { unlockedWorkstations } from "./lessons/unlocked-workstations.js";
import { usb } from "./lessons/usb.js";

export const LESSONS: Readonly<Record<LessonId, Lesson>> = {
  "unlocked-workstations": unlockedWorkstations,
  passwords,
  "insecure-sharing": insecureSharing,
  usb,
};

export const lessonOf = (id: LessonId): Lesson => LESSONS[id];
