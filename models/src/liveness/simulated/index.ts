export { simulateOrdinaryCapture } from "./ordinary-capture.js";
export { type AttackKind, attackKinds, type SimulatedAttack, simulateRecapture } from "./recapture.js";
