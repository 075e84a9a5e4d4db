import { describe, expect, it } from "vitest";
import type { PersonRow } from "./answers.js";
import { bodyOf, complete, fieldsOf, NO_FIELDS } from "./person-fields.js";

const anna: PersonRow = {
  ...{ staffId: "anna-rossi", givenName: "Anna", familyName: "Rossi", role: "nurse", wards: ["Ward 3B", "ICU"] },
  ...{ employment: "agency", hrId: "H-7", source: "console", standing: "active", reason: null, leftAt: null },
  ...{ eraseAfter: null, phoneLostAt: null, credential: null, endsAt: new Date(2026, 11, 1).getTime() },
};

describe("a person's fields", () => {
  it("say the last day of work, and the site hears when it is over", () => {
    const fields = fieldsOf(anna);
    expect([fields.ends, fields.wards]).toEqual(["2026-11-30", "Ward 3B, ICU"]);
    expect(bodyOf(fields)).toEqual({
      ...{ givenName: "Anna", familyName: "Rossi", role: "nurse", wards: ["Ward 3B", "ICU"] },
      ...{ employment: "agency", hrId: "H-7", endsAt: anna.endsAt },
    });
  });

  it("are complete with an end for who never stays without one", () => {
    const named = { ...NO_FIELDS, givenName: "Anna" };
    expect([complete(NO_FIELDS), complete(named)]).toEqual([false, true]);
    expect(complete({ ...named, employment: "student" })).toBe(false);
    expect(complete({ ...named, employment: "student", ends: "2026-12-31" })).toBe(true);
  });
});
