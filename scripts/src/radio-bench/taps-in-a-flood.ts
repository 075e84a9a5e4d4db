import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { percentile } from "../percentile.js";
import { projectRoot } from "../project-root.js";

const WITHIN_MS = 300_000;
const Said = z.object({
  taps: z.number(),
  failures: z.number(),
  perSecond: z.number(),
  heardPerSecond: z.number(),
  tookMs: z.array(z.number()),
});

export interface FloodedTaps {
  readonly taps: number;
  readonly failures: number;
  readonly perSecond: number;
  /** Advertisements that got through to presence, each second. */
  readonly heardPerSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Taps one after the other under so many advertisements a second; room, phone and flood share the kiosk's process. */
export async function tapInAFlood(input: { taps: number; perSecond: number }): Promise<FloodedTaps> {
  const entry = join(projectRoot, "edge/agent/dist/testing/taps-in-a-flood.js");
  const args = [entry, "--taps", String(input.taps), "--per-second", String(input.perSecond)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: WITHIN_MS });
  const { tookMs, ...said } = Said.parse(JSON.parse(stdout));
  return { ...said, p50: percentile(tookMs, 50), p99: percentile(tookMs, 99) };
}
