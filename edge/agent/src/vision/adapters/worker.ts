import { performance } from "node:perf_hooks";
import { parentPort, workerData } from "node:worker_threads";
import { assertNever, codeOf, WardkeyError } from "@wardkey/protocol";
import sharp from "sharp";
import { createLocalAnalyst } from "./local-analyst.js";
import type { FromWorker, ToWorker, WorkerData } from "./worker-messages.js";

/** The vision worker: everything that sees a face in numbers lives in this thread. */
const port = parentPort;
if (port === null) throw new WardkeyError("not-a-worker", "this file is the entry of a worker thread");

// sharp would keep decoded pictures, and start as many threads as there are cores.
sharp.cache(false);
sharp.concurrency(1);

const analyst = createLocalAnalyst(workerData as WorkerData, () => performance.now());
const tell = (message: FromWorker, moved: ArrayBuffer[] = []): void => port.postMessage(message, moved);

async function perform(message: ToWorker): Promise<void> {
  const { id } = message;
  switch (message.type) {
    case "look": {
      const looked = await analyst.look(message.job);
      const moved = [looked.bytes.buffer];
      const enrolment = looked.outcome === "seen" ? looked.result.enrolment : undefined;
      if (enrolment?.step === "done") moved.push(enrolment.template.buffer);
      tell({ type: "looked", id, looked }, moved);
      return;
    }
    case "compare":
      tell({ type: "compared", id, outcome: await analyst.compare(message.job) });
      return;
    case "begin-enrolment":
      await analyst.beginEnrolment(message.job);
      tell({ type: "done", id });
      return;
    case "cancel-enrolment":
      await analyst.cancelEnrolment();
      tell({ type: "done", id });
      return;
    case "begin-challenge":
      await analyst.beginChallenge(message.job);
      tell({ type: "done", id });
      return;
    case "cancel-challenge":
      await analyst.cancelChallenge();
      tell({ type: "done", id });
      return;
    case "take-scores":
      tell({ type: "scores", id, scores: await analyst.takeScores() });
      return;
    case "stop":
      await analyst.stop();
      tell({ type: "done", id });
      port?.close();
      return;
    default:
      assertNever(message);
  }
}

port.on("message", (message: ToWorker) => {
  perform(message).catch((error: unknown) => tell({ type: "failed", id: message.id, code: codeOf(error) }));
});

analyst.start().then(
  () => tell({ type: "ready" }),
  (error: unknown) => tell({ type: "unavailable", code: codeOf(error instanceof Error ? error.cause : error) }),
);
