import { Button } from "@wardkey/ui";
import { Maximize, ZoomIn, ZoomOut } from "@wardkey/ui/icons";
import cytoscape, { type Core, type NodeCollection } from "cytoscape";
import { type ReactNode, useEffect, useRef } from "react";
import { addressOfOne } from "../shell/address.js";
import { useWords } from "../words.js";
import type { RiskGraph } from "./answers.js";
import { claimStylesheet, graphLooks } from "./graph-looks.js";
import { placesOf } from "./layers.js";

const CLOSER = 1.3;
const FIT_MARGIN = 40;
/** Names are drawn smaller than the page's smallest text below this. */
const LEGIBLE = 0.75;

/** The graph as a picture; the table beside it says the same to whom a picture is nothing. `chosen`: a path's steps. */
export function AttackGraph({ graph, chosen }: { graph: RiskGraph; chosen: readonly string[] }): ReactNode {
  const { t } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<Core | null>(null);
  // What is drawn changes with every recomputation; where things stand only when the assets do.
  const shape = `${graph.nodes.map(({ id }) => id).join("\n")}\n\n${graph.edges.map(({ from, to }) => `${from}>${to}`).join("\n")}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew when its assets or links are others
  useEffect(() => {
    if (place.current === null) return;
    claimStylesheet();
    const core = cytoscape({
      container: place.current,
      elements: elementsOf(graph),
      layout: { name: "preset", fit: true, padding: FIT_MARGIN },
      style: graphLooks(),
      ...{ minZoom: 0.2, maxZoom: 1.6, userZoomingEnabled: false, boxSelectionEnabled: false },
    });
    core.on("tap", "node", ({ target }) => {
      window.location.hash = addressOfOne("/risk", String(target.id()));
    });
    drawn.current = core;
    const stop = followLooks(core);
    return () => {
      stop();
      drawn.current = null;
      core.destroy();
    };
  }, [shape]);
  useEffect(() => {
    const core = drawn.current;
    if (core === null) return;
    for (const { id, level } of graph.nodes) core.getElementById(id).data("level", level);
  }, [graph]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: marked anew on what was drawn anew
  useEffect(() => mark(drawn.current, chosen), [chosen, shape]);
  const zoom = (by: number): void => {
    const core = drawn.current;
    core?.zoom({ level: core.zoom() * by, renderedPosition: { x: core.width() / 2, y: core.height() / 2 } });
  };
  return (
    <div className="risk-graph">
      <div
        ref={place}
        className="risk-graph-place"
        role="img"
        aria-label={t("risk.graph.about", { count: graph.nodes.length })}
      />
      <div className="risk-graph-tools">
        <Button kind="quiet" onPress={() => zoom(CLOSER)} icon={<ZoomIn size={20} aria-hidden />}>
          {t("risk.graph.closer")}
        </Button>
        <Button kind="quiet" onPress={() => zoom(1 / CLOSER)} icon={<ZoomOut size={20} aria-hidden />}>
          {t("risk.graph.farther")}
        </Button>
        <Button
          kind="quiet"
          onPress={() => void drawn.current?.fit(undefined, FIT_MARGIN)}
          icon={<Maximize size={20} aria-hidden />}
        >
          {t("risk.graph.fit")}
        </Button>
      </div>
    </div>
  );
}

function elementsOf(graph: RiskGraph): cytoscape.ElementDefinition[] {
  const places = new Map(placesOf(graph).map(({ id, x, y }) => [id, { x, y }]));
  return [
    ...graph.nodes.map(({ id, name, kind, level, impact }) => ({
      data: { id, label: name, kind, level, matters: impact >= 0.5 },
      position: places.get(id) ?? { x: 0, y: 0 },
    })),
    ...graph.edges.map(({ from, to, onPath }) => ({
      data: { id: `${from}\n${to}`, source: from, target: to, onPath },
    })),
  ];
}

function mark(core: Core | null, chosen: readonly string[]): void {
  if (core === null) return;
  core.elements().removeClass("chosen");
  for (const [index, id] of chosen.entries()) {
    core.getElementById(id).addClass("chosen");
    const next = chosen[index + 1];
    if (next !== undefined) core.getElementById(`${id}\n${next}`).addClass("chosen");
  }
  const path = core.nodes(".chosen");
  if (path.nonempty()) show(core, path);
}

/** As much around a path as can still be read: everything, what touches it, or the path alone. */
function show(core: Core, path: NodeCollection): void {
  for (const seen of [core.elements(), path.closedNeighborhood(), path]) {
    core.fit(seen, FIT_MARGIN);
    if (core.zoom() > 1) core.zoom(1).center(seen);
    if (core.zoom() >= LEGIBLE) return;
  }
}

function followLooks(core: Core): () => void {
  const renew = (): void => void core.style(graphLooks());
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", renew);
  const watcher = new MutationObserver(renew);
  watcher.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => {
    scheme.removeEventListener("change", renew);
    watcher.disconnect();
  };
}
