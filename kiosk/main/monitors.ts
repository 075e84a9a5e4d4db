import type { BrowserWindow, Rectangle } from "electron";
import type { Posture } from "./cover.js";
import type { ElectronParts } from "./electron.js";
import { BLIND_PAGE } from "./waiting.js";

export interface MonitorsInput {
  readonly screen: ElectronParts["screen"];
  /** The window of the agent's page. */
  readonly window: BrowserWindow;
  readonly createBlind: () => BrowserWindow;
}

/** Puts a posture on the machine's monitors: the page on the first one, a blind on each of the others. */
export class Monitors {
  readonly #input: MonitorsInput;
  readonly #blinds = new Map<number, BrowserWindow>();
  #posture: Posture = { kind: "cover" };

  constructor(input: MonitorsInput) {
    this.#input = input;
  }

  start(): void {
    const { screen } = this.#input;
    const again = () => this.take(this.#posture);
    screen.on("display-added", again);
    screen.on("display-removed", again);
    screen.on("display-metrics-changed", again);
    again();
  }

  /** Covering is done first and never waits; it may be asked any number of times. */
  take(posture: Posture): void {
    this.#posture = posture;
    const { screen, window } = this.#input;
    if (window.isDestroyed()) return;
    const first = screen.getPrimaryDisplay();
    if (posture.kind === "cover") {
      window.setBounds(first.bounds);
      window.setKiosk(true);
      raise(window);
      window.focus();
    } else {
      window.setKiosk(false);
      window.setBounds(strip(first.bounds, posture.height));
      raise(window);
    }
    this.#drawBlinds(posture.kind === "cover", first.id);
  }

  #drawBlinds(down: boolean, first: number): void {
    const others = down ? this.#input.screen.getAllDisplays().filter(({ id }) => id !== first) : [];
    for (const [id, blind] of this.#blinds) {
      if (others.some((display) => display.id === id) && !blind.isDestroyed()) continue;
      if (!blind.isDestroyed()) blind.destroy();
      this.#blinds.delete(id);
    }
    for (const { id, bounds } of others) {
      const blind = this.#blinds.get(id) ?? this.#newBlind(id);
      blind.setBounds(bounds);
      raise(blind);
      blind.showInactive();
    }
  }

  #newBlind(id: number): BrowserWindow {
    const blind = this.#input.createBlind();
    this.#blinds.set(id, blind);
    // A blind that could not load its page still covers, with its background.
    blind.loadURL(BLIND_PAGE).catch(() => {});
    return blind;
  }
}

function raise(window: BrowserWindow): void {
  window.setAlwaysOnTop(true, "screen-saver");
  window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true });
  window.moveTop();
}

const strip = ({ x, y, width, height }: Rectangle, tall: number): Rectangle => ({
  x,
  y,
  width,
  height: Math.min(tall, height),
});
