export { type ConsentDecision, type ConsentFacts, decideConsent, MOVED_WITHIN, UNLOCKED_WITHIN } from "./decide.js";
export { type Answer, type Prompt, type PromptDependencies, Prompts } from "./prompts.js";
