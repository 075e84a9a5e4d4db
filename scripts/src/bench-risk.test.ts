import { expect, it } from "vitest";
import { measureRisk } from "./bench-risk.js";

it("finds the paths that graphology finds, after every change, on a small site", () => {
  const { paths, peer, simulated } = measureRisk({ nodes: 400, edges: 1_600, events: 300, seed: 7 });
  expect({ different: paths.different, simulated, peer: peer.name }).toEqual({
    different: 0,
    simulated: true,
    peer: "graphology-shortest-path",
  });
  expect(paths.same).toBeGreaterThan(1_000);
});
