import type { RiskModel } from "@wardkey/fleet-server/measuring/risk";
import { DirectedGraph } from "graphology";
import { singleSource } from "graphology-shortest-path/dijkstra.js";

const OUTSIDE = "outside";

/** The same site in graphology: steps by what they cost, and from outside to wherever somebody may begin. */
export function peerOf(model: RiskModel): DirectedGraph {
  const graph = new DirectedGraph();
  graph.addNode(OUTSIDE);
  for (const id of model.assets.keys()) graph.addNode(id);
  for (const id of model.assets.keys()) {
    const node = model.graph.numberOf(id) ?? -1;
    for (const edge of model.graph.edgesFrom(node)) {
      const to = model.graph.nameOf(model.graph.toOf(edge));
      if (to !== null) graph.addEdge(id, to, { weight: model.graph.costOf(edge) });
    }
  }
  return graph;
}

/** Begins again where the model says that somebody may begin. */
export function seedPeer(graph: DirectedGraph, model: RiskModel): void {
  for (const edge of [...graph.outEdges(OUTSIDE)]) graph.dropEdge(edge);
  for (const [id, far] of model.entries()) graph.addEdge(OUTSIDE, id, { weight: far });
}

/** The shortest path to every asset, with the outside taken off. */
export function peerPaths(graph: DirectedGraph): Readonly<Record<string, readonly string[]>> {
  return singleSource(graph, OUTSIDE, "weight");
}

export interface Compared {
  readonly paths: number;
  /** The same assets in the same order. */
  readonly same: number;
  /** Another path of the same likelihood, to twelve digits. */
  readonly tied: number;
  readonly different: number;
}

/** Whether both found the same paths to every asset. */
export function comparePaths(
  model: RiskModel,
  peer: { readonly graph: DirectedGraph; readonly paths: Readonly<Record<string, readonly string[]>> },
): Compared {
  let [same, tied, different, paths] = [0, 0, 0, 0];
  for (const id of model.assets.keys()) {
    const ours = model.pathTo(id)?.steps ?? [];
    const theirs = (peer.paths[id] ?? []).slice(1);
    if (ours.length === 0 && theirs.length === 0) continue;
    paths += 1;
    if (ours.join("\n") === theirs.join("\n")) same += 1;
    else if (Math.abs(lengthOf(peer.graph, ours) - lengthOf(peer.graph, theirs)) < 1e-12) tied += 1;
    else different += 1;
  }
  return { paths, same, tied, different };
}

function lengthOf(graph: DirectedGraph, steps: readonly string[]): number {
  let length = 0;
  for (const [index, to] of steps.entries()) {
    const from = index === 0 ? OUTSIDE : (steps[index - 1] ?? OUTSIDE);
    length += graph.hasEdge(from, to) ? Number(graph.getEdgeAttribute(graph.edge(from, to), "weight")) : Infinity;
  }
  return length;
}
