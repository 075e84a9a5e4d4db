import { parentPort, workerData } from "node:worker_threads";
import type { SegmentResult } from "./segment.js";
import { checkUnit, type Signed, type Unit } from "./units.js";

export type ToWorker = { readonly unit: Unit };
export type FromWorker =
  | { readonly result: SegmentResult }
  | { readonly failed: { readonly code: string; readonly message: string } };

const port = parentPort;
const signed: Signed = workerData;

port?.on("message", ({ unit }: ToWorker) => {
  checkUnit(unit, signed).then(
    (result) => port.postMessage({ result } satisfies FromWorker),
    (error: unknown) => {
      const code = error instanceof Error && "code" in error ? String(error.code) : "unexpected";
      port.postMessage({ failed: { code, message: String(error) } } satisfies FromWorker);
    },
  );
});
