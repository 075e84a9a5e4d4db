import { gapsIn } from "@wardkey/ui";
import { expect, it } from "vitest";
import { CATALOGUES } from "./words.js";

it("says everything in English, Italian and Greek with the same values", () => {
  expect(gapsIn(CATALOGUES)).toEqual([]);
});

it("never uses words that mean nothing on a ward", () => {
  const said = Object.values(CATALOGUES.en).join("\n");

  expect(said).not.toMatch(/\b(users?|authenticat\w*|biometric\w*|sample)\b/i);
});
