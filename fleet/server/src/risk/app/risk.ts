import { codeOf, type Duration, milliseconds, minutes, seconds } from "@wardkey/protocol";
import { FORGOTTEN_AFTER_MS } from "../domain/behaviours.js";
import type { Detection, DismissReason } from "../domain/detections.js";
import { RiskPicture } from "../domain/risk-picture.js";
import { FLEET_SOURCE, type SeenEvent, type Trigger } from "../domain/seen-event.js";
import type { FleetFacts, ImportedSource, RiskStore } from "./ports.js";
import { drawSite, isDrawnFrom, type Redrawn } from "./site-drawing.js";
import type { Slicing } from "./slices.js";
import { type RiskEffects, Statements } from "./statements.js";

/** How long what was noticed gathers before it is computed. */
const SOON: Duration = milliseconds(200);
const REDRAW_SOON: Duration = seconds(15);
const ROUND: Duration = minutes(1);
const KEEP_DETECTIONS_MS = 400 * 86_400_000;
/** Timers hold no more than this. */
const LONGEST_WAIT_MS = 60 * 60_000;

export interface RiskParts {
  readonly store: RiskStore;
  readonly fleet: FleetFacts;
  readonly wardOf: (device: string) => string | null;
  readonly effects: RiskEffects;
  /** What only a look at all devices shows: who runs an old policy, whose clock is off. */
  readonly looks: () => Promise<readonly Trigger[]>;
  readonly now: () => number;
  readonly after: (delay: Duration, act: () => void) => () => void;
  readonly newId: () => string;
  readonly slicing: Slicing;
  /** Something changed that open pages show. */
  readonly changed: () => void;
}

/** The site's risk, kept up with events, and what follows from it. */
export class Risk {
  readonly #parts: RiskParts;
  readonly #statements: Statements;
  #picture: RiskPicture;
  #sources: readonly ImportedSource[] = [];
  /** The last entry heard of each device: as many as the site has. */
  readonly #heard = new Map<string, number>();
  #computedAt = 0;
  #revision = 0;
  #leading = false;
  #stopped = false;
  #working: Promise<void> = Promise.resolve();
  /** How often a new drawing was asked for. */
  #asked = 0;
  #redrawing: Promise<void> | null = null;
  readonly #timers = new Map<"soon" | "redraw" | "round" | "end", () => void>();

  private constructor(parts: RiskParts) {
    this.#parts = parts;
    this.#statements = new Statements(parts);
    this.#picture = this.#newPicture({});
  }

  static async open(parts: RiskParts): Promise<Risk> {
    const risk = new Risk(parts);
    await risk.#load();
    return risk;
  }

  get picture(): RiskPicture {
    return this.#picture;
  }

  get sources(): readonly ImportedSource[] {
    return this.#sources;
  }

  get computedAt(): number {
    return this.#computedAt;
  }

  /** Grows whenever the picture changed. */
  get revision(): number {
    return this.#revision;
  }

  get statements(): Pick<Statements, "of" | "all" | "locks"> {
    return this.#statements;
  }

  /** What became durable of a kiosk's journal. In memory alone, and never an error to who tells. */
  note(device: string, events: readonly (Omit<SeenEvent, "source"> & { readonly seq: number })[]): void {
    for (const { seq, kind, at, body } of events) {
      // A delivery that comes twice is one.
      if (seq <= (this.#heard.get(device) ?? 0)) continue;
      this.#heard.set(device, seq);
      this.#see({ source: device, kind, at, body });
    }
  }

  /** The fleet's own acts, once they are durable. */
  noteOwn(kind: string, body: SeenEvent["body"], at: number): void {
    if (!kind.startsWith("risk.")) this.#see({ source: FLEET_SOURCE, kind, at, body });
  }

  /** How long this kiosk may work alone, of what its policy says. */
  leaseHours(device: string, settings: { "lease.hours": number; "risk.leaseHours": number }): number {
    const level = this.#statements.of(device)?.level ?? "normal";
    const hours = settings["lease.hours"];
    return level === "normal" ? hours : Math.min(hours, settings["risk.leaseHours"]);
  }

  /** Lets a detection go before its time; `null`: it is not in force. */
  dismiss(id: string, by: string, reason: DismissReason): Promise<Detection | null> {
    return this.#alone(async () => {
      const { store, now, effects } = this.#parts;
      // What was noticed a moment ago is not in the database yet, where every server lets it go.
      await this.#settle();
      const dismissed = { by, at: now(), reason };
      const detection = await store.dismiss(id, dismissed);
      if (detection === null) return null;
      this.#picture.dismiss(id, dismissed);
      await this.#settle();
      await effects.record("risk.dismissed", { detection: id, by, reason });
      return detection;
    });
  }

  /** Devices, people or pairs changed: the graph is drawn anew soon. */
  redrawSoon(): void {
    this.#once("redraw", REDRAW_SOON, () => this.redraw());
  }

  /** Draws the graph anew, in slices; the newest who asks has a drawing that is under way begun again, for all. */
  redraw(): Promise<void> {
    this.#asked += 1;
    this.#redrawing ??= this.#redrawNewest();
    return this.#redrawing;
  }

  /** What was done through another fleet server is read from the database; of the one that leads, also what it noticed. */
  async refresh(): Promise<void> {
    if (this.#leading) return this.#followOthers();
    if (this.#parts.now() - this.#computedAt < ROUND / 4) return;
    await this.#alone(() => this.#load());
  }

  /** From here on this server notices, says and journals. */
  async lead(): Promise<void> {
    await this.#alone(async () => {
      await this.#parts.store.sweep();
      await this.#load();
      this.#leading = true;
      await this.#settle();
      await this.#statements.again();
    });
    this.#round();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    await this.idle();
    if (this.#leading) await this.#parts.store.keepBehaviours(this.#picture.behaviours.takeTouched());
  }

  /** Waits for what is under way. */
  async idle(): Promise<void> {
    // Who asked for it hears of its failure.
    await this.#redrawing?.catch(() => undefined);
    await this.#working;
  }

  #see(event: SeenEvent): void {
    if (this.#stopped || !this.#leading) return;
    if (this.#picture.see(event, this.#parts.now())) this.#once("soon", SOON, () => this.#alone(() => this.#settle()));
  }

  async #followOthers(): Promise<void> {
    const { store, now } = this.#parts;
    const isDrawn = this.#redrawing !== null || isDrawnFrom(await store.sources(), this.#sources);
    // Not waited for: who else follows is not to wait either.
    if (!isDrawn) this.#once("redraw", milliseconds(0), () => this.redraw());
    await this.#alone(async () => {
      const dismissals = await store.dismissals(now());
      const mine = dismissals.map(({ id, ...dismissed }) => this.#picture.dismiss(id, dismissed));
      if (mine.some((each) => each !== null)) await this.#settle();
    });
  }

  #newPicture(kept: Partial<ConstructorParameters<typeof RiskPicture>[0]>): RiskPicture {
    return new RiskPicture({ newId: this.#parts.newId, wardOf: this.#parts.wardOf, ...kept });
  }

  async #load(): Promise<void> {
    const { store, now } = this.#parts;
    const [detections, behaviours, stated] = [
      await store.activeDetections(now()),
      await store.behaviours(),
      await store.statements(),
    ];
    const picture = this.#newPicture({ detections, behaviours, stated });
    const drawn = await drawSite(this.#parts, picture, () => this.#stopped);
    if (drawn === null) return;
    this.#picture = picture;
    this.#statements.load(stated);
    this.#take(drawn);
    if (!this.#leading) {
      this.#picture.model.settle();
      this.#noteChange();
    }
  }

  async #redrawNewest(): Promise<void> {
    try {
      for (let asked = 0; asked !== this.#asked && !this.#stopped; ) {
        const newest = this.#asked;
        const isOff = (): boolean => this.#stopped || newest !== this.#asked;
        const drawn = await drawSite(this.#parts, this.#picture, isOff);
        if (drawn === null) continue;
        await this.#alone(async () => {
          this.#take(drawn);
          await this.#settle();
        });
        asked = newest;
      }
    } finally {
      this.#redrawing = null;
    }
  }

  #take({ sources, drawn }: Redrawn): void {
    this.#sources = sources;
    this.#picture.take(drawn);
  }

  async #settle(): Promise<void> {
    const { store, now, effects } = this.#parts;
    const { noticed, fresh, over, stated } = this.#picture.settle(now());
    this.#noteChange();
    if (!this.#leading) return;
    await store.keepDetections([...noticed, ...over.filter(({ dismissed }) => dismissed !== null)]);
    for (const { id, detector, device, staffId, until } of fresh) {
      await effects
        .record("risk.detected", { detection: id, detector, device, staffId, until })
        .catch((error: unknown) => effects.log({ code: "risk-not-journaled", cause: codeOf(error) }));
    }
    await this.#statements.state(stated);
    const end = this.#picture.detections.nextEnd();
    if (end === null) return;
    const wait = Math.min(Math.max(end - now(), 0) + 1, LONGEST_WAIT_MS);
    this.#timers.get("end")?.();
    this.#timers.delete("end");
    this.#once("end", milliseconds(wait), () => this.#alone(() => this.#settle()));
  }

  #round(): void {
    this.#once("round", ROUND, async () => {
      await this.#alone(async () => {
        const { store, now, looks } = this.#parts;
        for (const trigger of await looks()) this.#picture.notice(trigger, now());
        await store.keepBehaviours(this.#picture.behaviours.takeTouched());
        await store.forgetBehaviours(now() - FORGOTTEN_AFTER_MS);
        await store.forgetDetections(now() - KEEP_DETECTIONS_MS);
        this.#picture.drawBehaviours(now());
        await this.#settle();
        await this.#statements.again();
      }).finally(() => this.#round());
    });
  }

  #noteChange(): void {
    this.#computedAt = this.#parts.now();
    this.#revision += 1;
    this.#parts.changed();
  }

  /** One after the other: each sees what the one before has made. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#working.then(work);
    this.#working = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  #once(name: "soon" | "redraw" | "round" | "end", delay: Duration, work: () => Promise<unknown>): void {
    if (this.#stopped || this.#timers.has(name)) return;
    const cancel = this.#parts.after(delay, () => {
      this.#timers.delete(name);
      work().catch((error: unknown) => this.#parts.effects.log({ code: "risk-waits", cause: codeOf(error) }));
    });
    this.#timers.set(name, cancel);
  }
}
