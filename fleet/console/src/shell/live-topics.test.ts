import { expect, it } from "vitest";
import { topicsIn } from "./live-topics.js";

it("reads which topics changed, and nothing from what it cannot read", () => {
  expect(topicsIn('{"topics":["devices","overview"]}')).toEqual(["devices", "overview"]);
  for (const odd of ["", "{", "[]", '{"topics":"devices"}', '{"topics":[1]}', null, 7])
    expect(topicsIn(odd)).toEqual([]);
});
