export { type ConsentDecision, type ConsentFacts, decideConsent, strictestOf } from "./decide.js";
export { type Answer, type Prompt, type PromptDependencies, Prompts } from "./prompts.js";
