import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { WardkeyError } from "@wardkey/protocol";
import type { SegmentResult } from "./segment.js";
import { checkUnit, type Signed, type Unit } from "./units.js";
import type { FromWorker, ToWorker } from "./worker.js";

/**
 * Checks every unit, in threads of their own, and gives the results to `each` in the order of the units. At most two
 * units a thread are on their way, so that memory stays the same however large the site is. 0 threads: here.
 */
export async function checkUnits(
  input: { units: readonly Unit[]; signed: Signed; threads: number },
  each: (result: SegmentResult) => void,
): Promise<void> {
  const { units, signed } = input;
  if (input.threads === 0) {
    for (const unit of units) each(await checkUnit(unit, signed));
    return;
  }
  const workers = Array.from(
    { length: Math.min(input.threads, units.length) },
    // Its own flags: a loader or a condition of this process would make it resolve other files than it was built from.
    () => new Worker(workerFile(), { workerData: signed, execArgv: [], resourceLimits: LIMITS }),
  );
  const done = new Map<number, SegmentResult>();
  let next = 0;
  let given = 0;
  const give = (): void => {
    for (let result = done.get(given); result !== undefined; result = done.get(given)) {
      done.delete(given);
      given += 1;
      each(result);
    }
  };
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let at = next++; at < units.length; at = next++) {
          const unit = units[at];
          if (unit === undefined) return;
          done.set(at, await ask(worker, unit));
          give();
        }
      }),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function ask(worker: Worker, unit: Unit): Promise<SegmentResult> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
    };
    const onMessage = (message: FromWorker): void => {
      stop();
      if ("result" in message) resolve(message.result);
      else reject(new WardkeyError("verify-failed", message.failed.message, { cause: message.failed }));
    };
    const onError = (error: unknown): void => {
      stop();
      reject(new WardkeyError("verify-failed", "a verifying thread failed", { cause: error }));
    };
    const onExit = (): void => onError(new Error("it ended"));
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.postMessage({ unit } satisfies ToWorker);
  });
}

/** Events live for a moment: with room for many of them, few outlive a collection. */
const LIMITS = { maxYoungGenerationSizeMb: 96 } as const;

/** Sources have no compiled worker beside them: tests use the one that was built, or none. */
function workerFile(): URL {
  const beside = new URL("./worker.js", import.meta.url);
  return existsSync(fileURLToPath(beside)) ? beside : new URL("../../../dist/audit/verify/worker.js", import.meta.url);
}

export const hasWorkers = (): boolean => existsSync(fileURLToPath(workerFile()));
