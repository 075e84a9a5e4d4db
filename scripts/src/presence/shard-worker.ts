import { parentPort } from "node:worker_threads";
import { playShard, type Shard } from "./shard.js";

// A thread of its own, started by workers.ts: a shard in, what happened out.
parentPort?.on("message", (shard: Shard) => parentPort?.postMessage(playShard(shard)));
