export { type CameraCheck, type CameraChoice, type CameraFacts, checkCamera } from "./camera.js";
export { type EnrolmentRules, type MatchingRules, PROFILES, type Profile, type ProfileName } from "./profile.js";
export { liveProfile, presenceTuning } from "./rules-from.js";
export { readCameraFacts } from "./video-devices.js";
