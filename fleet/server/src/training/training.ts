import { codeOf, type Duration, days, seconds } from "@wardkey/protocol";
import type { JournalEvent, NudgeBody } from "@wardkey/protocol/fleet";
import { LESSON_OFFER, templateOf, templateText } from "@wardkey/protocol/nudge";
import { isLesson } from "@wardkey/protocol/training";
import type { Assignment, Completion, TrainingStore } from "./sql-training-store.js";

const OFFER_LIFE: Duration = seconds(20);
/** The same lesson is offered to the same person no sooner again: it must not be in the way. */
const OFFERED_AGAIN_MS = 12 * 3_600_000;
/** An assignment that nobody looked at in this time is over. */
const ASSIGNED_FOR: Duration = days(60);
const OPEN_AT_MOST = 20_000;
/** Answered lessons that wait for a database that is away; the oldest goes first. */
const UNWRITTEN_AT_MOST = 10_000;
const WRITTEN_AGAIN: Duration = seconds(10);
const FRESH_MS = 60_000;

type Noticed = Pick<JournalEvent, "seq" | "at" | "kind" | "body">;

export interface TrainingParts {
  readonly store: TrainingStore;
  readonly now: () => number;
  readonly after: (delay: Duration, act: () => void) => () => void;
  readonly newId: () => string;
  readonly wardOf: (device: string) => string | null;
  readonly send: (nudge: { device: string; body: NudgeBody; life: Duration }) => Promise<unknown>;
  readonly digest: (text: string) => string;
  readonly record: (kind: string, body: Record<string, string | null>) => Promise<void>;
  readonly log: (event: { code: string }) => void;
}

export type AssignRefusal = "training-waits-already" | "training-unknown";

/** Lessons for people and wards: offered when somebody comes in, done when they have answered, and never pressed. */
export class Training {
  readonly #parts: TrainingParts;
  #open: readonly Assignment[] = [];
  #byPerson = new Map<string, Assignment[]>();
  #byWard = new Map<string, Assignment[]>();
  readonly #passedAt = new Map<string, number>();
  readonly #offeredAt = new Map<string, number>();
  #unwritten: Completion[] = [];
  #working: Promise<void> = Promise.resolve();
  #again: (() => void) | null = null;

  private constructor(parts: TrainingParts) {
    this.#parts = parts;
  }

  static async open(parts: TrainingParts): Promise<Training> {
    const training = new Training(parts);
    for (const { staffId, lesson, at } of await parts.store.passed())
      training.#passedAt.set(`${staffId} ${lesson}`, at);
    await training.refresh();
    return training;
  }

  /** What people decided, perhaps at another server of the site. */
  async refresh(): Promise<void> {
    this.#hold(await this.#parts.store.open(this.#parts.now(), OPEN_AT_MOST));
  }

  /** Reads what became durable. Touches the database only when somebody has answered a lesson. */
  note(device: string, events: readonly Noticed[]): void {
    const now = this.#parts.now();
    for (const { kind, body, at: told } of events) {
      const staffId = body["staffId"];
      if (typeof staffId !== "string") continue;
      // A kiosk's clock may go ahead: a lesson passed "in 2030" would count for whatever is given until then.
      const at = Math.min(told, now);
      if (kind === "session.unlocked" && now - at < FRESH_MS) this.#offer(device, staffId);
      if (kind === "lesson.completed") this.#completed(device, staffId, body, at);
    }
  }

  /** Refuses with `training-waits-already` when this very lesson waits for them. */
  async assign(
    wanted: Pick<Assignment, "lesson" | "to" | "because" | "by">,
  ): Promise<{ ok: true; assignment: Assignment } | { ok: false; code: AssignRefusal }> {
    const { store, now, newId, record } = this.#parts;
    const { lesson, to, by } = wanted;
    const at = now();
    const known = to.kind === "person" ? this.#byPerson.get(to.staffId) : this.#byWard.get(to.ward);
    if (known?.some((each) => each.lesson === lesson && each.endsAt > at && !this.#isDone(each))) {
      return { ok: false, code: "training-waits-already" };
    }
    const assignment: Assignment = { ...wanted, id: newId(), at, endsAt: at + ASSIGNED_FOR, withdrawnAt: null };
    // Held before it is written: the same behaviour twice in a moment assigns one lesson.
    this.#hold([...this.#open, assignment]);
    const staffId = to.kind === "person" ? to.staffId : null;
    try {
      await record("training.assigned", { by, assignment: assignment.id, lesson, to: to.kind, staffId });
      await store.add(assignment);
    } catch (error) {
      this.#hold(this.#open.filter(({ id }) => id !== assignment.id));
      throw error;
    }
    return { ok: true, assignment };
  }

  async withdraw(id: string, by: string): Promise<boolean> {
    const { store, now, record } = this.#parts;
    if (!(await store.withdraw(id, now()))) return false;
    this.#hold(this.#open.filter((each) => each.id !== id));
    await record("training.withdrawn", { by, assignment: id });
    return true;
  }

  async stop(): Promise<void> {
    await this.#working;
    this.#sleepNoMore();
    await this.#write();
    this.#sleepNoMore();
  }

  #sleepNoMore(): void {
    this.#again?.();
    this.#again = null;
  }

  #hold(open: readonly Assignment[]): void {
    this.#open = open;
    this.#byPerson = new Map();
    this.#byWard = new Map();
    for (const assignment of open) {
      const { to } = assignment;
      const [held, key] = to.kind === "person" ? [this.#byPerson, to.staffId] : [this.#byWard, to.ward];
      held.set(key, [...(held.get(key) ?? []), assignment]);
    }
  }

  #isDone({ to, lesson, at }: Assignment): boolean {
    return to.kind === "person" && (this.#passedAt.get(`${to.staffId} ${lesson}`) ?? 0) >= at;
  }

  #offer(device: string, staffId: string): void {
    const { now, wardOf, digest, send, log } = this.#parts;
    const at = now();
    const ward = wardOf(device);
    const theirs = [...(this.#byPerson.get(staffId) ?? []), ...(ward === null ? [] : (this.#byWard.get(ward) ?? []))];
    const next = theirs.find(
      (each) => each.endsAt > at && (this.#passedAt.get(`${staffId} ${each.lesson}`) ?? 0) < each.at,
    );
    const template = templateOf(LESSON_OFFER);
    if (next === undefined || template === null) return;
    const key = `${staffId} ${next.lesson}`;
    if (at - (this.#offeredAt.get(key) ?? Number.NEGATIVE_INFINITY) < OFFERED_AGAIN_MS) return;
    this.#offeredAt.set(key, at);
    for (const oldest of this.#offeredAt.keys()) {
      if (this.#offeredAt.size <= OPEN_AT_MOST) break;
      this.#offeredAt.delete(oldest);
    }
    const body = { template: template.id, digest: digest(templateText(template)), parameters: { lesson: next.lesson } };
    send({ device, body, life: OFFER_LIFE }).catch((error: unknown) => log({ code: codeOf(error) }));
  }

  #completed(device: string, staffId: string, body: Noticed["body"], at: number): void {
    const { lesson, correct, of, passed } = body;
    if (typeof lesson !== "string" || !isLesson(lesson)) return;
    const completion: Completion = {
      ...{ staffId, ward: this.#parts.wardOf(device) ?? "", lesson, at },
      ...{ correct: Number(correct), of: Number(of), passed: passed === true },
    };
    const key = `${staffId} ${lesson}`;
    if (completion.passed) this.#passedAt.set(key, Math.max(at, this.#passedAt.get(key) ?? 0));
    this.#unwritten.push(completion);
    if (this.#unwritten.length > UNWRITTEN_AT_MOST) {
      this.#unwritten.shift();
      this.#parts.log({ code: "training-completion-lost" });
    }
    this.#working = this.#working.then(() => this.#write());
  }

  /** The kiosk was told that it arrived and tells it never again: what cannot be written now is written later. */
  async #write(): Promise<void> {
    const { store, log, after } = this.#parts;
    // Who waits to be woken does not try for every lesson that comes meanwhile.
    if (this.#again !== null) return;
    for (let next = this.#unwritten.shift(); next !== undefined; next = this.#unwritten.shift()) {
      try {
        await store.complete(next);
      } catch (error) {
        // To the end: one that is never taken must not be in the way of the others.
        this.#unwritten.push(next);
        log({ code: codeOf(error) });
        this.#again = after(WRITTEN_AGAIN, () => {
          this.#again = null;
          this.#working = this.#working.then(() => this.#write());
        });
        return;
      }
    }
  }
}
