export { rolloutEn as rolloutIt } from "./rollout-en.js";
