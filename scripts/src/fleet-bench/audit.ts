import { mkdir } from "node:fs/promises";
import { verifyArchive } from "@wardkey/fleet-server";
import { writeSimulatedArchive } from "@wardkey/fleet-server/measuring";
import { systemClock } from "../clock.js";

const DEVICES = 1_000;

/** Writes the archive of a simulated site and times its verification from the files alone; the writing is not timed. */
export async function verifyMillion(input: {
  folder: string;
  events: number;
  say: (line: string) => void;
}): Promise<{ seconds: number | null; events: number }> {
  const { folder, events, say } = input;
  if (events === 0) return { seconds: null, events };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  say(`  writing the archive of ${events} simulated events`);
  const { trust } = await writeSimulatedArchive({ folder, events, devices: DEVICES, at: systemClock.now() });
  say("  verifying it");
  const from = performance.now();
  const report = await verifyArchive({ folder, trust, threads: 2 });
  const seconds = Math.round((performance.now() - from) / 10) / 100;
  if (!report.ok || report.events !== events) throw new Error(`the archive did not verify: ${JSON.stringify(report)}`);
  say(`  ${events} events in ${seconds} s`);
  return { seconds, events };
}
