import { readFile } from "node:fs/promises";
import { z } from "zod";

const Point = z.object({ falseMatchRate: z.number().min(0).max(1) });
const Registry = z.object({ thresholds: z.object({ bare: Point, masked: Point }) });

/** The false match rates at the registry's thresholds; 1, which no policy accepts, where the registry says nothing. */
export async function readMeasuredRates(registryPath: string): Promise<{ bare: number; masked: number }> {
  try {
    const { thresholds } = Registry.parse(JSON.parse(await readFile(registryPath, "utf8")));
    return { bare: thresholds.bare.falseMatchRate, masked: thresholds.masked.falseMatchRate };
  } catch {
    return { bare: 1, masked: 1 };
  }
}
