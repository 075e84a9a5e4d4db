import { codeOf, type Duration, hours, minutes, seconds } from "@wardkey/protocol";
import type { JournalEvent, NudgeBody } from "@wardkey/protocol/fleet";
import { type Behaviour, templateOf, templateText } from "@wardkey/protocol/nudge";
import type { LessonId } from "@wardkey/protocol/training";
import { behaviourOf, isComingIn, staffOf } from "../domain/behaviour.js";
import { OpenSessions } from "../domain/open-sessions.js";
import { fresh, isCapped, isEmpty, KEPT_MS, NOBODY, type PersonState, timesSeen } from "../domain/person.js";
import { answerTo, type Programme, QUIET_PROGRAMME } from "../domain/programme.js";
import type { Trial } from "../domain/trial.js";
import { DAY_MS, dayOf, hourOf, outcomeOf, WEEK_MS } from "./counting.js";
import { Noted } from "./noted.js";
import type { NudgeStore } from "./ports.js";
import { type WardFigures, wardFigures } from "./ward-figures.js";

/** What was told later than this is history: it is counted, and nobody is spoken to for it. */
const FRESH_MS = 60_000;
const FLUSH_EVERY: Duration = seconds(2);
const LOOK_EVERY: Duration = minutes(10);
const TAP_IN_LIFE: Duration = seconds(20);
const TAP_OUT_LIFE: Duration = hours(12);
const PEOPLE_AT_MOST = 50_000;
const COUNTS_KEPT_MS = 400 * DAY_MS;

type Noticed = Pick<JournalEvent, "seq" | "at" | "kind" | "body">;

export interface NudgesParts {
  readonly store: NudgeStore;
  readonly now: () => number;
  readonly after: (delay: Duration, act: () => void) => () => void;
  /** Ward of a device; `null`: it is none that stands in a ward. */
  readonly wardOf: (device: string) => string | null;
  readonly send: (nudge: { device: string; body: NudgeBody; life: Duration }) => Promise<unknown>;
  /** Base64url SHA-256 of a text. */
  readonly digest: (text: string) => string;
  readonly newSalt: () => string;
  readonly record: (kind: string, body: Record<string, string>) => Promise<void>;
  /** A lesson for somebody, after what was seen: that it was, and not what. */
  readonly assign: (staffId: string, lesson: LessonId) => void;
  readonly log: (event: { code: string }) => void;
}

/**
 * Reads journals as they become durable, counts by ward and hour, and has a kiosk speak to whoever shows a behaviour that
 * the site's programme or a trial answers: at their next tap-in, or at this session's end.
 */
export class Nudges {
  readonly #parts: NudgesParts;
  readonly #salt: string;
  readonly #noted = new Noted();
  readonly #sessions = new OpenSessions();
  #cursors: Map<string, number>;
  #people: Map<string, PersonState>;
  readonly #seenOn = new Map<string, number>();
  #today = 0;
  #programme: Programme = QUIET_PROGRAMME;
  #trials: readonly Trial[] = [];
  #figures: WardFigures = new Map();
  #flushing: Promise<void> | null = null;
  #cancels: (() => void)[] = [];

  private constructor(
    parts: NudgesParts,
    kept: { salt: string; cursors: ReadonlyMap<string, number>; people: ReadonlyMap<string, PersonState> },
  ) {
    this.#parts = parts;
    this.#salt = kept.salt;
    this.#cursors = new Map(kept.cursors);
    this.#people = new Map(kept.people);
  }

  static async open(parts: NudgesParts): Promise<Nudges> {
    const { store, newSalt } = parts;
    const salt = await store.salt(newSalt);
    const nudges = new Nudges(parts, { salt, cursors: await store.cursors(), people: await store.people() });
    await nudges.refresh();
    await nudges.#look();
    return nudges;
  }

  /** Before the first event: another server of the site may have noted much since this one was opened. */
  async start(): Promise<void> {
    const { store } = this.#parts;
    this.#cursors = new Map(await store.cursors());
    this.#people = new Map(await store.people());
    this.#again(FLUSH_EVERY, () => this.flush());
    this.#again(LOOK_EVERY, () => this.#look());
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels.splice(0)) cancel();
    await this.flush();
  }

  /** What people decided, perhaps at another server of the site. */
  async refresh(): Promise<void> {
    const { store } = this.#parts;
    this.#programme = (await store.programme()) ?? QUIET_PROGRAMME;
    this.#trials = await store.trials();
  }

  /** Counts events that became durable and answers what they show. Touches no database; an event that comes again changes nothing. */
  note(device: string, events: readonly Noticed[]): void {
    const known = this.#cursors.get(device) ?? 0;
    let highest = known;
    const ward = events.length === 0 ? null : this.#parts.wardOf(device);
    const now = this.#parts.now();
    for (const event of events) {
      if (event.seq <= known) continue;
      highest = Math.max(highest, event.seq);
      // A kiosk's clock may go ahead: what is kept for a week begins no later than when it was told.
      if (ward !== null) this.#see(device, ward, event.at > now ? { ...event, at: now } : event);
    }
    if (highest === known) return;
    this.#cursors.set(device, highest);
    this.#noted.cursor(device, highest);
  }

  /** Writes what was noted. A failure keeps it for the next time. */
  flush(): Promise<void> {
    this.#flushing ??= this.#write().finally(() => {
      this.#flushing = null;
    });
    return this.#flushing;
  }

  async #write(): Promise<void> {
    if (this.#noted.isEmpty) return;
    const batch = this.#noted.take();
    try {
      await this.#parts.store.add(batch);
    } catch (error) {
      this.#noted.putBack(batch);
      this.#parts.log({ code: codeOf(error) });
    }
  }

  #see(device: string, ward: string, event: Noticed): void {
    const { kind, at } = event;
    const count = (what: string): void => this.#noted.count(ward, hourOf(at), what);
    const staffId = staffOf(event);
    const outcome = outcomeOf(event);
    if (outcome.length > 0) {
      outcome.forEach(count);
      return;
    }
    if (staffId === null) return;
    const elsewhere = this.#sessions.note(device, event);
    const now = this.#parts.now();
    const isNow = now - at < FRESH_MS;
    if (isComingIn(kind)) {
      count("sessions");
      this.#member(ward, staffId, { at, now });
      if (isNow && kind === "session.unlocked") this.#welcome(device, ward, staffId, now);
    }
    const behaviour = elsewhere === null ? behaviourOf(event) : "shared-badge";
    if (behaviour === null) return;
    count(`behaviour:${behaviour}`);
    if (elsewhere !== null) this.#tellShared(device, elsewhere);
    if (now - at < KEPT_MS) this.#answer({ device, ward, staffId, behaviour, at, isNow, now });
  }

  #answer(seen: {
    device: string;
    ward: string;
    staffId: string;
    behaviour: Behaviour;
    at: number;
    isNow: boolean;
    now: number;
  }): void {
    const { device, ward, staffId, behaviour, at, isNow, now } = seen;
    const decision = answerTo(behaviour, ward, { programme: this.#programme, trials: this.#trials, now });
    if (decision.template === null && decision.lesson === null) return;
    const before = fresh(this.#people.get(staffId) ?? NOBODY, now);
    const state = { ...before, seen: [...before.seen, { behaviour, at }] };
    if (decision.lesson !== null && timesSeen(state, behaviour) >= decision.lessonAfter) {
      this.#parts.assign(staffId, decision.lesson);
      state.seen = state.seen.filter((each) => each.behaviour !== behaviour);
    }
    const template = decision.template === null ? null : templateOf(decision.template);
    if (template === null || isCapped(state, this.#programme.caps, now)) {
      this.#keep(staffId, state, now);
      return;
    }
    if (template.moment === "tap-in") {
      this.#keep(staffId, { ...state, waiting: { behaviour, template: template.id, since: at } }, now);
      return;
    }
    if (!isNow) {
      this.#keep(staffId, state, now);
      return;
    }
    this.#keep(staffId, { ...state, nudgedAt: [...state.nudgedAt, now] }, now);
    this.#send(device, ward, template.id, now);
  }

  /** They are at this kiosk now: what waits for them is said. */
  #welcome(device: string, ward: string, staffId: string, now: number): void {
    const known = this.#people.get(staffId);
    if (known === undefined) return;
    const state = fresh(known, now);
    if (state.waiting === null) return;
    const { behaviour, template } = state.waiting;
    // Between the behaviour and now a trial may have begun, or ended.
    const decision = answerTo(behaviour, ward, { programme: this.#programme, trials: this.#trials, now });
    if (decision.template !== template) {
      this.#keep(staffId, { ...state, waiting: null }, now);
      return;
    }
    if (isCapped(state, this.#programme.caps, now)) return;
    this.#keep(staffId, { ...state, waiting: null, nudgedAt: [...state.nudgedAt, now] }, now);
    this.#send(device, ward, template, now);
  }

  #send(device: string, ward: string, id: string, now: number): void {
    const figures = this.#figures.get(ward) ?? null;
    const template = templateOf(id === "ward-locks" && (figures?.share ?? null) === null ? "phone-goes-along" : id);
    if (template === null) return;
    const parameters: NudgeBody["parameters"] =
      template.id === "ward-locks" && figures !== null && figures.share !== null ? { share: figures.share } : {};
    const body = { template: template.id, digest: this.#parts.digest(templateText(template)), parameters };
    const life = template.moment === "tap-in" ? TAP_IN_LIFE : TAP_OUT_LIFE;
    this.#noted.count(ward, hourOf(now), `sent:${template.id}`);
    this.#parts.send({ device, body, life }).catch((error: unknown) => {
      this.#parts.log({ code: codeOf(error) });
    });
  }

  #keep(staffId: string, state: PersonState, now: number): void {
    this.#people.delete(staffId);
    if (!isEmpty(state)) this.#people.set(staffId, state);
    this.#noted.person(staffId, isEmpty(state) ? null : state, now);
    for (const oldest of this.#people.keys()) {
      if (this.#people.size <= PEOPLE_AT_MOST) break;
      this.#people.delete(oldest);
    }
  }

  /** Under a name that only this table knows, once a day: on the day on which they were in, however late that is told. */
  #member(ward: string, staffId: string, { at, now }: { at: number; now: number }): void {
    const [day, today] = [dayOf(at), dayOf(now)];
    if (today !== this.#today) {
      this.#today = today;
      this.#seenOn.clear();
    }
    const key = `${ward} ${staffId}`;
    if ((this.#seenOn.get(key) ?? 0) >= day) return;
    this.#seenOn.set(key, day);
    this.#noted.member(ward, this.#parts.digest(`${this.#salt} ${staffId}`).slice(0, 22), day);
  }

  #tellShared(kiosk: string, other: string): void {
    this.#parts
      .record("behaviour.inferred", { behaviour: "shared-badge", kiosk, other })
      .catch((error: unknown) => this.#parts.log({ code: codeOf(error) }));
  }

  async #look(): Promise<void> {
    const { store, now } = this.#parts;
    const at = now();
    this.#figures = await wardFigures(store, at);
    for (const [staffId, state] of this.#people) {
      const kept = fresh(state, at);
      if (isEmpty(kept)) this.#keep(staffId, kept, at);
    }
    const before = { hour: hourOf(at - COUNTS_KEPT_MS), day: dayOf(at - 8 * WEEK_MS), changed: at - KEPT_MS };
    await store.forget(before);
  }

  #again(every: Duration, work: () => Promise<void>): void {
    const index = this.#cancels.length;
    const next = (): void => {
      this.#cancels[index] = this.#parts.after(every, () => {
        work()
          .catch((error: unknown) => this.#parts.log({ code: codeOf(error) }))
          .finally(() => this.#cancels.length > 0 && next());
      });
    };
    this.#cancels.push(() => {});
    next();
  }
}
