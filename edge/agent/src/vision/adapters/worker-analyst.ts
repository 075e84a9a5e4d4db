import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { codeOf, type Duration, seconds, WardkeyError } from "@wardkey/protocol";
import { atMost } from "../../at-most.js";
import type { AnalystPort } from "../app/analyst-port.js";
import type { AnalystOptions } from "./local-analyst.js";
import type { FromWorker, ToWorker, WorkerData } from "./worker-messages.js";

/** A thread inside a model's own code hears nothing until it returns: nobody waits for it for ever. */
const STOP_WITHIN: Duration = seconds(2);

type Reply = Extract<FromWorker, { readonly id: number }>;
// Omit over a union would lose what tells its members apart.
type Request = ToWorker extends infer Message ? (Message extends ToWorker ? Omit<Message, "id"> : never) : never;

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: WardkeyError) => void;
}

/** The worker's compiled file; beside this one, or in `dist` when this one runs from its source. */
function workerFile(): URL {
  const beside = new URL("./worker.js", import.meta.url);
  return existsSync(fileURLToPath(beside))
    ? beside
    : new URL("../../../dist/vision/adapters/worker.js", import.meta.url);
}

/** The analyst in a thread of its own, so that a look at a face delays neither radio nor lock. */
export function createWorkerAnalyst(options: AnalystOptions): AnalystPort {
  return new WorkerAnalyst(options);
}

class WorkerAnalyst implements AnalystPort {
  readonly #options: AnalystOptions;
  readonly #waiting = new Map<number, Waiting>();
  #failureListener: () => void = () => {};
  #worker: Worker | undefined;
  /** Threads that are on their way out. */
  readonly #ending = new Set<Promise<unknown>>();
  #lastId = 0;

  constructor(options: AnalystOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    if (this.#worker !== undefined) return Promise.resolve();
    const workerData: WorkerData = this.#options;
    // Its own flags: a loader or a condition of this process would make it resolve other files than it was built from.
    const worker = new Worker(workerFile(), { workerData, execArgv: [] });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      const refuse = (code: string): void => {
        this.#fail(worker);
        reject(new WardkeyError("vision-unavailable", `the face models do not load: ${code}`, { cause: { code } }));
      };
      worker.on("message", (message: FromWorker) => {
        if (message.type === "ready") resolve();
        else if (message.type === "unavailable") refuse(message.code);
        else this.#onReply(message);
      });
      worker.on("error", (error) => refuse(codeOf(error)));
      worker.on("exit", () => refuse("worker-exit"));
    });
  }

  async look(job: Parameters<AnalystPort["look"]>[0]): ReturnType<AnalystPort["look"]> {
    const reply = await this.#ask({ type: "look", job }, [job.frame.bytes.buffer]);
    if (reply.type !== "looked") throw failed(reply);
    return reply.looked;
  }

  async compare(job: Parameters<AnalystPort["compare"]>[0]): ReturnType<AnalystPort["compare"]> {
    const reply = await this.#ask({ type: "compare", job }, [job.template.buffer, job.key.buffer]);
    if (reply.type !== "compared") throw failed(reply);
    return reply.outcome;
  }

  async beginEnrolment(job: Parameters<AnalystPort["beginEnrolment"]>[0]): Promise<void> {
    const reply = await this.#ask({ type: "begin-enrolment", job }, [job.key.buffer]);
    if (reply.type !== "done") throw failed(reply);
  }

  async cancelEnrolment(): Promise<void> {
    const reply = await this.#ask({ type: "cancel-enrolment" }, []);
    if (reply.type !== "done") throw failed(reply);
  }

  async beginChallenge(job: Parameters<AnalystPort["beginChallenge"]>[0]): Promise<void> {
    const reply = await this.#ask({ type: "begin-challenge", job }, []);
    if (reply.type !== "done") throw failed(reply);
  }

  async cancelChallenge(): Promise<void> {
    const reply = await this.#ask({ type: "cancel-challenge" }, []);
    if (reply.type !== "done") throw failed(reply);
  }

  async takeScores(): ReturnType<AnalystPort["takeScores"]> {
    const reply = await this.#ask({ type: "take-scores" }, []);
    if (reply.type !== "scores") throw failed(reply);
    return reply.scores;
  }

  onFailure(listener: () => void): void {
    this.#failureListener = listener;
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#failureListener = () => {};
    if (worker !== undefined) {
      await atMost(STOP_WITHIN, this.#ask({ type: "stop" }, []));
      this.#fail(worker);
    }
    await atMost(STOP_WITHIN, Promise.all(this.#ending));
  }

  #ask(request: Request, moved: ArrayBuffer[]): Promise<Reply> {
    const worker = this.#worker;
    if (worker === undefined) return Promise.reject(new WardkeyError("vision-unavailable", "the worker has ended"));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const message = { ...request, id } as ToWorker;
      worker.postMessage(message, moved);
    });
  }

  #onReply(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    waiting?.resolve(reply);
  }

  /** Nobody waits for an answer of a thread that has ended; and one that is of no use any more must end. */
  #fail(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const ended = worker.terminate().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
    for (const { reject } of this.#waiting.values()) {
      reject(new WardkeyError("vision-unavailable", "the worker has ended"));
    }
    this.#waiting.clear();
    this.#failureListener();
  }
}

function failed(reply: Reply): WardkeyError {
  const code = reply.type === "failed" ? reply.code : "unexpected";
  return new WardkeyError("vision-unavailable", `the worker could not do it: ${code}`);
}
