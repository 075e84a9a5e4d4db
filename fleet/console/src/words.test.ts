import { FleetBodies, JournalBodies } from "@wardkey/protocol/fleet";
import { gapsIn } from "@wardkey/ui";
import { expect, it } from "vitest";
import { CATALOGUES } from "./words.js";

it("has every word in three languages", () => {
  expect(gapsIn(CATALOGUES)).toEqual([]);
});

it("has words for everything that is ever journaled", () => {
  const kinds = [...Object.keys(JournalBodies), ...Object.keys(FleetBodies)];
  const known = new Set(Object.keys(CATALOGUES.en));
  expect(kinds.filter((kind) => !known.has(`event.${kind}`) && !known.has(`audit.kind.${kind}`))).toEqual([]);
});
