export { isLesson, LESSON_IDS, type LessonId } from "./ids.js";
export {
  gradeLesson,
  type InThreeLanguages,
  type Lesson,
  type LessonCard,
  type LessonPicture,
  type LessonQuestion,
  type LessonScore,
  readingMinutes,
} from "./lesson.js";
export { LESSONS, lessonOf } from "./lessons.js";
