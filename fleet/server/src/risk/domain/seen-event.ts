import type { DetectorName } from "@wardkey/protocol/fleet";

/** The fleet's own acts come from here. */
export const FLEET_SOURCE = "fleet";

/** A durable entry of a kiosk's journal or of the fleet's own, as detectors read it. */
export interface SeenEvent {
  /** A device id, or `FLEET_SOURCE`. */
  readonly source: string;
  readonly kind: string;
  readonly at: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What one detector noticed. The same subject under the same detector is one detection, for as long as it lasts. */
export interface Trigger {
  readonly detector: DetectorName;
  /** The device that it is about; `null`: the fleet's own service. */
  readonly device: string | null;
  readonly staffId: string | null;
  readonly strength: number;
  readonly at: number;
  readonly lastsMs: number;
  /** What speaks for it: how many within how long, at which other device. Numbers, ids and stable codes alone. */
  readonly facts: Readonly<Record<string, string | number>>;
}

export const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
export const countOf = (value: unknown): number => (typeof value === "number" && value > 0 ? value : 1);
