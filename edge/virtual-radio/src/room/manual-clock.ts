import type { Cancel, Clock } from "./clock.js";

interface Task {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that only moves when a test moves it. */
export interface ManualClock extends Clock {
  /** Runs every task that falls due, in order, and lets the stacks above answer between two of them. */
  advance(byMs: number): Promise<void>;
}

// A host stack answers a packet through promises and setImmediate; this many turns let a question and its answer pass.
const TURNS_BETWEEN_TASKS = 4;

async function letHostsAnswer(): Promise<void> {
  for (let turn = 0; turn < TURNS_BETWEEN_TASKS; turn++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

/** For tests: time stands still until `advance`. */
export function createManualClock(startMs = 0): ManualClock {
  let now = startMs;
  let order = 0;
  const tasks = new Set<Task>();

  function nextDue(limit: number): Task | undefined {
    let next: Task | undefined;
    for (const task of tasks) {
      if (task.at > limit) continue;
      if (next === undefined || task.at < next.at || (task.at === next.at && task.order < next.order)) next = task;
    }
    return next;
  }

  return {
    now: () => now,
    schedule(delayMs, run): Cancel {
      const task: Task = { at: now + Math.max(0, delayMs), order: order++, run };
      tasks.add(task);
      return () => tasks.delete(task);
    },
    async advance(byMs) {
      const end = now + byMs;
      await letHostsAnswer();
      for (let task = nextDue(end); task !== undefined; task = nextDue(end)) {
        tasks.delete(task);
        now = Math.max(now, task.at);
        task.run();
        await letHostsAnswer();
      }
      now = end;
    },
  };
}
