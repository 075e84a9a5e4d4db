import type { Journal } from "../journal/index.js";
import type { Facts } from "../session/domain/model.js";

/** The facts of a kiosk where nothing stands in anybody's way, with its own journal. */
export const quietFacts = (
  journal: Pick<Journal, "health" | "setAside">,
  face: "one" | "none",
): Omit<Facts, "now" | "monotonic"> => ({
  leaseValid: true,
  cutOff: false,
  denied: new Set(),
  camera: "ok",
  journal: journal.health.state,
  setAside: journal.setAside,
  radio: "ok",
  face,
});
