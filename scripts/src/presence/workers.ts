import { Worker } from "node:worker_threads";
import { type Played, playShard, type Shard } from "./shard.js";

const SHARD_WALKS = 96;
// A shard takes seconds; a machine that is busy with other things, longer.
const SHARD_MS = 30 * 60_000;

/**
 * Plays all walks of a job in so many threads (0: in this one), and gives what happened in the order of the seeds, so that
 * the result does not depend on how many threads there were.
 */
export async function* playAll(job: Shard, threads: number): AsyncGenerator<readonly Played[]> {
  const shards: Shard[] = [];
  for (let from = 0; from < job.seeds.length; from += SHARD_WALKS) {
    shards.push({ ...job, seeds: job.seeds.slice(from, from + SHARD_WALKS) });
  }
  if (threads === 0) {
    for (const shard of shards) yield playShard(shard);
    return;
  }
  const workers = Array.from({ length: threads }, () => new Worker(new URL("./shard-worker.js", import.meta.url)));
  try {
    for (let from = 0; from < shards.length; from += threads) {
      const round = shards.slice(from, from + threads);
      const played = round.map((shard, index) => {
        const worker = workers[index];
        if (worker === undefined) throw new RangeError("a round has as many shards as there are threads");
        return playedBy(worker, shard);
      });
      for (const each of await Promise.all(played)) yield each;
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function playedBy(worker: Worker, shard: Shard): Promise<readonly Played[]> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("a thread did not answer in time")), SHARD_MS);
    worker.removeAllListeners("message").removeAllListeners("error");
    worker.once("message", (played: readonly Played[]) => {
      clearTimeout(late);
      resolve(played);
    });
    worker.once("error", (error) => {
      clearTimeout(late);
      reject(error);
    });
    worker.postMessage(shard);
  });
}
