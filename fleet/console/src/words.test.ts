import { gapsIn } from "@wardkey/ui";
import { expect, it } from "vitest";
import { CATALOGUES } from "./words.js";

it("has every word in three languages", () => {
  expect(gapsIn(CATALOGUES)).toEqual([]);
});
