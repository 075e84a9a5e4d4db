export { BEHAVIOURS, type Behaviour, COM_B, type ComB, MINDSPACE, type Mindspace } from "./behaviours.js";
export {
  checkNudge,
  NUDGE_LANGUAGES,
  NUDGE_SHOWN_MS,
  type NudgeLanguage,
  type NudgeMoment,
  type NudgePicture,
  type NudgeTemplate,
  nudgeSentence,
  templateOf,
  templatesFor,
  templateText,
} from "./template.js";
export { LESSON_OFFER, TEMPLATES } from "./templates.js";
