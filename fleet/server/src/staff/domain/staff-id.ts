import { romanise } from "./romanise.js";

const LONGEST_STEM = 48;

/** The stem of a staff id: the name in plain Latin letters, `staff` when it has no reading in them. */
export function staffIdStem(givenName: string, familyName: string): string {
  const latin = romanise(`${givenName} ${familyName}`)
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, LONGEST_STEM)
    .replace(/-+$/, "");
  return latin === "" ? "staff" : latin;
}

/** The first of `stem`, `stem-2`, `stem-3` … that nobody has: two people of one name are two people. */
export function freeStaffId(stem: string, taken: ReadonlySet<string>): string {
  if (!taken.has(stem)) return stem;
  for (let number = 2; ; number += 1) {
    const candidate = `${stem}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
