export { rolloutEn as rolloutEl } from "./rollout-en.js";
