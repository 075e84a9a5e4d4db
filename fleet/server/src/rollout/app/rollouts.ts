import { type Clock, codeOf, type Duration, seconds } from "@wardkey/protocol";
import { inRing } from "@wardkey/protocol/policy";
import { type Counts, judge, NO_COUNTS, p95Of, sumOf, type Verdict } from "../domain/measures.js";
import {
  DEFAULT_RINGS,
  establish,
  type Head,
  percentOf,
  type Ring,
  type RolloutCommand,
  type RolloutRecord,
  stagesBefore,
  step,
} from "../domain/rollout.js";
import { KioskWatch, type WatchedEvent } from "../domain/watch.js";
import type { Arm, KeptHead, RolloutStore } from "./ports.js";

/** Between two looks at the counts, and at what another fleet server changed. */
const LOOK_EVERY: Duration = seconds(5);
/** Two fleet servers that change the head at once: the second looks again, this often. */
const TRIES = 5;

export interface RolloutParts {
  readonly store: RolloutStore;
  readonly clock: Clock;
  /** Runs `wake` once after `delay`; answers how to cancel it. */
  readonly after: (delay: Duration, wake: () => void) => () => void;
  readonly newSalt: () => string;
  /** Durable when it resolves. */
  readonly record: (
    kind: RolloutRecord["kind"],
    body: Record<string, string | number | boolean | null>,
  ) => Promise<void>;
  readonly log: (event: { code: string }) => void;
  /** While one runs, after each look at what was counted: for who follows it. */
  readonly counted?: () => void;
  readonly rings?: readonly Ring[];
}

export type Changed =
  | { readonly ok: true; readonly head: Head }
  | {
      readonly ok: false;
      readonly code:
        | "rollout-running"
        | "rollout-none"
        | "rollout-not-halted"
        | "rollout-older"
        | "rollout-rings"
        | "rollout-busy";
    };

export interface Measured {
  readonly candidate: Counts;
  readonly control: Counts;
  readonly p95: { readonly candidate: number | null; readonly control: number | null };
  readonly verdict: Verdict;
}

/** Counted in a stage, and not written yet. */
interface Unsaved {
  readonly stage: number;
  readonly arm: Arm;
  readonly counts: Counts;
}

/** The roll-out of a site's policies: who is offered which version, and whether it does harm. */
export class Rollouts {
  readonly #parts: RolloutParts;
  readonly #watch = new KioskWatch();
  readonly #listeners = new Set<(head: Head) => Promise<void>>();
  #head: Head | null = null;
  #stated = -1;
  #unsaved: readonly Unsaved[] = [];
  #cancel: (() => void) | null = null;
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  private constructor(parts: RolloutParts) {
    this.#parts = parts;
  }

  static async open(parts: RolloutParts): Promise<Rollouts> {
    const rollouts = new Rollouts(parts);
    rollouts.#head = (await parts.store.read())?.head ?? null;
    return rollouts;
  }

  /** What every device is told now; `null` before the first policy. */
  head(): Head | null {
    return this.#head;
  }

  /** The version that a device should run now; `null` before the first policy. */
  versionFor(device: string): number | null {
    const head = this.#head;
    if (head === null) return null;
    const { rollout } = head;
    const chosen = rollout !== null && inRing(device, rollout.salt, percentOf(head));
    return chosen ? rollout.version : head.stable;
  }

  /** Called with each new head, and with the present one by `restate`. Answers "off". */
  onHead(listener: (head: Head) => Promise<void>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Every device at once. */
  establish(version: number): Promise<Changed> {
    return this.#change((head) => {
      if (head?.rollout?.status === "running") return { ok: false, code: "rollout-running" };
      const newest = Math.max(head?.stable ?? 0, head?.rollout?.version ?? 0);
      if (version <= newest) return { ok: false, code: "rollout-older" };
      return { ok: true, head: establish(head, version), records: [] };
    });
  }

  async begin(input: { version: number; by: string; rings?: readonly Ring[] }): Promise<Changed> {
    const { version, by, rings = this.#parts.rings ?? DEFAULT_RINGS } = input;
    // After one that finished stages begin at one again: what its version did must not be taken for this one's.
    if (((await this.#reread())?.head.rollout ?? null) === null) await this.#parts.store.forgetCounts();
    return this.#command({ type: "begin", version, by, rings, salt: this.#parts.newSalt() });
  }

  halt(input: { by: string; reason: string }): Promise<Changed> {
    return this.#command({ type: "halt", ...input });
  }

  resume(input: { by: string }): Promise<Changed> {
    return this.#command({ type: "resume", ...input });
  }

  abort(input: { by: string }): Promise<Changed> {
    return this.#command({ type: "abort", ...input });
  }

  /** Counts journal entries of a kiosk that are durable. An entry that comes again counts once. */
  note(device: string, events: readonly WatchedEvent[]): void {
    const head = this.#head;
    const counted = this.#watch.count(device, events, head?.rollout?.stage ?? 0);
    if (head?.rollout?.status !== "running") return;
    const arm: Arm = inRing(device, head.rollout.salt, percentOf(head)) ? "candidate" : "control";
    this.#count({ stage: head.rollout.stage, arm, counts: counted });
  }

  /** Reads what another fleet server may have changed. */
  async refresh(): Promise<void> {
    await this.#settle();
  }

  /** What the present stage shows; `null` while nothing is rolled out. */
  async measured(): Promise<Measured | null> {
    const rollout = this.#head?.rollout ?? null;
    if (rollout === null) return null;
    const { store } = this.#parts;
    const candidate = await store.counts(rollout.stage, "candidate");
    // In the last ring nobody is left to compare with: the control group of the rings before it is, however often it was
    // resumed since.
    const everybody = rollout.rings[rollout.ring]?.percent === 100;
    const stages = everybody ? stagesBefore(rollout) : [];
    let control = await store.counts(rollout.stage, "control");
    for (const stage of stages) control = sumOf(control, await store.counts(stage, "control"));
    const verdict = judge(candidate, control);
    return { candidate, control, p95: { candidate: p95Of(candidate), control: p95Of(control) }, verdict };
  }

  /** Saves what was counted, and takes the step that time or the counts ask for. */
  async look(): Promise<void> {
    await this.#reread();
    await this.#save();
    const measured = await this.measured();
    if (measured !== null) await this.#command({ type: "tick", verdict: measured.verdict });
    await this.#settle();
    if (this.#head?.rollout?.status === "running") this.#parts.counted?.();
  }

  /** States the head again, and tells what a stopped server left untold. */
  async restate(): Promise<void> {
    this.#stated = -1;
    await this.#settle();
  }

  start(): void {
    const later = (): void => {
      if (this.#stopped) return;
      this.#cancel = this.#parts.after(LOOK_EVERY, () => {
        this.#looking = this.look()
          .catch((error: unknown) => this.#parts.log({ code: codeOf(error) }))
          .then(later);
      });
    };
    later();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#looking;
    await this.#save();
  }

  #command(command: RolloutCommand): Promise<Changed> {
    return this.#change((head) =>
      head === null ? { ok: false, code: "rollout-none" } : step(head, command, this.#parts.clock.now()),
    );
  }

  async #change(next: (head: Head | null) => ReturnType<typeof step>): Promise<Changed> {
    const { store } = this.#parts;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const kept = await store.read();
      const stepped = next(kept?.head ?? null);
      if (!stepped.ok) return stepped;
      if (kept !== null && stepped.head.revision === kept.head.revision) return { ok: true, head: stepped.head };
      const untold = [...(kept?.untold ?? []), ...stepped.records];
      if (await store.write(kept?.head.revision ?? null, { head: stepped.head, untold })) {
        await this.#settle();
        return { ok: true, head: stepped.head };
      }
    }
    return { ok: false, code: "rollout-busy" };
  }

  async #reread(): Promise<KeptHead | null> {
    const kept = await this.#parts.store.read();
    this.#head = kept?.head ?? null;
    return kept;
  }

  /** The audit hears of a change before the devices do. */
  async #settle(): Promise<void> {
    const kept = await this.#reread();
    if (kept === null) return;
    for (const { kind, ...body } of kept.untold) await this.#parts.record(kind, body);
    if (kept.untold.length > 0) await this.#parts.store.told(kept.head.revision);
    if (this.#stated === kept.head.revision) return;
    for (const listener of this.#listeners) await listener(kept.head);
    this.#stated = kept.head.revision;
  }

  /** What cannot be written stays for the next time: one side without its counts would tip the judgement. */
  async #save(): Promise<void> {
    const stage = this.#head?.rollout?.stage ?? 0;
    // Of a roll-out that is over nothing is judged any more.
    const taken = this.#unsaved.filter((each) => each.stage <= stage);
    this.#unsaved = [];
    for (const [place, { stage: at, arm, counts }] of taken.entries()) {
      try {
        await this.#parts.store.add(at, arm, counts);
      } catch (error) {
        for (const unsaved of taken.slice(place)) this.#count(unsaved);
        throw error;
      }
    }
  }

  #count({ stage, arm, counts }: Unsaved): void {
    const isSame = (each: Unsaved): boolean => each.stage === stage && each.arm === arm;
    const noted = this.#unsaved.find(isSame)?.counts ?? NO_COUNTS;
    this.#unsaved = [...this.#unsaved.filter((each) => !isSame(each)), { stage, arm, counts: sumOf(counts, noted) }];
  }
}
