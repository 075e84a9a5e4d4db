import { isHeldOut } from "./evaluate-faces-calibration.js";
import { hashOf } from "./name-hash.js";

/** Whose photos are used: everybody's, those kept out of everything, or those kept out of training alone. */
export const peopleChoices = ["all", "held-out", "tuning"] as const;
export type PeopleChoice = (typeof peopleChoices)[number];

// One person in eight of those who are not held out: when to stop, and where the threshold lies.
const tuningShare = 8;

/** Which fold of the liveness training a person, or a photo of nobody known, is in when not held out. */
export function foldOf(name: string): "train" | "tune" {
  return hashOf(name) % tuningShare === 0 ? "tune" : "train";
}

/** Whether a person's photos are among the chosen; the name decides, so that it is the same at each run. */
export function isChosen(person: string, people: PeopleChoice): boolean {
  switch (people) {
    case "all":
      return true;
    case "held-out":
      return isHeldOut(person);
    case "tuning":
      return !isHeldOut(person) && foldOf(person) === "tune";
  }
}
