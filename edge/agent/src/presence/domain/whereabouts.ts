import { type FaceSign, type Motion, makeGrid, WHEREABOUTS } from "./whereabouts-model.js";

const GRID = makeGrid();
const CELLS = GRID.distances.length;
const BODIES = WHEREABOUTS.bodies.length;
/** Staying or going, by body, by distance. */
const STATES = 2 * BODIES * CELLS;
const at = (going: 0 | 1, body: number, cell: number): number => (going * BODIES + body) * CELLS + cell;
const IN_VIEW_WITHIN = 1.6;
/** Weaker than usual by so much, dB: more than a body, or what lies on it, takes away. */
const FAINT = 22;
/** Cells that one transition reaches: a stride from the nearest cell. */
const REACH = 8;
const STEP_S = WHEREABOUTS.stepMs / 1_000;

/**
 * Where the person of an open session is, as a grid of probabilities over the distance of their phone, the body in
 * between, and whether they stay or go: a Bayes filter (Thrun, Burgard, Fox, Probabilistic Robotics, 8.2). Strength, motion,
 * face and input each tip it; none decides alone. How strong this phone is at this seat is learned during the session.
 */
export class Whereabouts {
  readonly #p = new Float64Array(STATES);
  readonly #next = new Float64Array(STATES);
  #usual: number | undefined;
  #first: number[] = [];
  #stepped: number;
  #moved: boolean | undefined;
  #countsSteps = false;
  /** Heartbeats of somebody who was seated, and those of them that told of motion. */
  #seated = { heartbeats: 8, moved: 8 * WHEREABOUTS.movedStaying };
  #face: FaceSign = "unknown";
  #readAt: number | undefined;
  /** The last heartbeat told of steps. */
  #walks = false;

  /** `monotonic`: when somebody was let in, who stands within reach at that moment. */
  constructor(monotonic: number) {
    this.#stepped = monotonic;
    for (let body = 0; body < BODIES; body++) {
      for (let cell = 0; cell < CELLS; cell++) {
        const near = Math.exp(-((Math.log((GRID.distances[cell] ?? 1) / WHEREABOUTS.seat) / 0.35) ** 2));
        this.#p[at(0, body, cell)] = near * (WHEREABOUTS.bodyShares[body] ?? 0);
      }
    }
    this.#normalise();
  }

  /** Probability, 0..1, that the phone is farther than `metres`. */
  beyond(metres: number): number {
    let sum = 0;
    this.#each((p, _going, _body, cell) => {
      if ((GRID.distances[cell] ?? 0) > metres) sum += p;
    });
    return Math.min(1, sum);
  }

  /** Probability that somebody has set off, however far they have come. */
  get going(): number {
    let sum = 0;
    for (let state = BODIES * CELLS; state < STATES; state++) sum += this.#p[state] ?? 0;
    return Math.min(1, sum);
  }

  /** Likeliest distance of the phone, metres: the median of the grid. */
  get metres(): number {
    let sum = 0;
    for (let cell = 0; cell < CELLS; cell++) {
      for (let body = 0; body < BODIES; body++)
        sum += (this.#p[at(0, body, cell)] ?? 0) + (this.#p[at(1, body, cell)] ?? 0);
      if (sum >= 0.5) return GRID.distances[cell] ?? 0;
    }
    return WHEREABOUTS.farthest;
  }

  /** The phone's last authenticated word about its motion; `undefined`: none of late. */
  motion(moved: boolean | undefined): void {
    this.#moved = moved;
  }

  /** A heartbeat of somebody whose face or hands are at the screen: so much this phone moves although they stay. */
  fidgets(moved: boolean): void {
    const { heartbeats, moved: times } = this.#seated;
    this.#seated = { heartbeats: heartbeats + 1, moved: times + (moved ? 1 : 0) };
  }

  /** Steps since the heartbeat before; `undefined`: this phone counts none. */
  walked(steps: number | undefined): void {
    this.#countsSteps = steps !== undefined;
    if (steps === undefined) return;
    this.#walks = steps > 0;
    const { walkedStaying, walkedGoing, stepsStaying, eachStepMore } = WHEREABOUTS;
    const many = eachStepMore ** Math.max(0, steps - stepsStaying);
    const [stay, go] = steps > 0 ? [walkedStaying * many, walkedGoing] : [1 - walkedStaying, 1 - walkedGoing];
    this.#each((_p, isGoing, body, cell) => this.#times(at(isGoing, body, cell), isGoing === 1 ? go : stay));
    for (let step = 0; step < Math.min(steps, WHEREABOUTS.stepsAtMost); step++)
      this.#transport(GRID.staying.step, GRID.going.step);
    this.#normalise();
  }

  face(sign: FaceSign): void {
    const before = this.#face;
    this.#face = sign;
    if ((sign === "none" || sign === "stranger") && (before === "seen" || before === "other"))
      this.#setOff(WHEREABOUTS.setsOffTurning);
    if (sign === "other" && before !== "other") this.#weigh(WHEREABOUTS.newFaceAway);
  }

  /** A key or a touch: by whoever is before the screen. */
  input(own: boolean): void {
    this.#weigh(own ? WHEREABOUTS.inputAway.own : WHEREABOUTS.inputAway.other);
  }

  /** Strength of the link at `monotonic`, dBm. `seated`: face or hands are at the screen, so this is how strong it is there. */
  strength(dbm: number, seated: boolean, monotonic: number): void {
    const weight = this.#newIn(monotonic);
    const usual = this.#learn(dbm, seated);
    if (usual === undefined) return;
    const { exponent, sigma, sigmaFar, seat, bodies, oddReading } = WHEREABOUTS;
    for (let cell = 0; cell < CELLS; cell++) {
      const decades = Math.log10((GRID.distances[cell] ?? 1) / seat);
      const spread = sigma + sigmaFar * Math.max(0, decades);
      for (let body = 0; body < BODIES; body++) {
        const off = (dbm - (usual - 10 * exponent * decades - (bodies[body] ?? 0))) / spread;
        const likely = (Math.exp((-off * off) / 2) / spread + oddReading) ** weight;
        this.#times(at(0, body, cell), likely);
        this.#times(at(1, body, cell), likely);
      }
    }
    this.#normalise();
  }

  /** Lets time pass until monotonic `now`. */
  advance(now: number): void {
    for (; now - this.#stepped >= WHEREABOUTS.stepMs; this.#stepped += WHEREABOUTS.stepMs) this.#step();
  }

  /** Share of a reading at monotonic `now` that is independent of the one before. */
  #newIn(now: number): number {
    const carried = this.#moved === undefined || (this.#countsSteps ? this.#walks : this.#moved);
    const { carried: onTheWay, resting } = WHEREABOUTS.newPerSecond;
    const seconds = (now - (this.#readAt ?? now)) / 1_000;
    this.#readAt = now;
    return 1 - Math.exp(-seconds * (carried ? onTheWay : resting));
  }

  /** Early readings are taken as those of the seat, for the person was just recognised there; later ones when seated. */
  #learn(dbm: number, seated: boolean): number | undefined {
    if (this.#usual === undefined) {
      this.#first.push(dbm);
      if (this.#first.length < 3) return undefined;
      this.#first.sort((a, b) => a - b);
      this.#usual = this.#first[1] ?? dbm;
      return this.#usual;
    }
    const off = dbm - this.#usual;
    // Slowly, and never by a leap: a body that turned is no other phone, and one as faint as that is not at the screen.
    if (seated && off > -FAINT) this.#usual += Math.max(-6, Math.min(6, off)) * 0.03;
    return this.#usual;
  }

  #step(): void {
    const motion = this.#motion();
    this.#transport(GRID.staying[motion], GRID.going[motion]);
    this.#turn();
    const rate = this.#face === "seen" ? WHEREABOUTS.setsOffInView : WHEREABOUTS.setsOff;
    this.#setOff(rate * STEP_S);
    this.#settle(WHEREABOUTS.settles * STEP_S);
    this.#judgeMotion();
    this.#judgeFace();
    const { anywhere, anywhereCounted } = WHEREABOUTS;
    const floor = ((this.#countsSteps ? anywhereCounted : anywhere) * STEP_S) / STATES;
    for (let state = 0; state < STATES; state++) this.#p[state] = (this.#p[state] ?? 0) + floor;
    this.#normalise();
  }

  #motion(): Motion {
    if (this.#moved === undefined) return "unknown";
    if (this.#countsSteps) return "between-counts";
    return this.#moved ? "moved" : "still";
  }

  #transport(staying: readonly (readonly number[])[], going: readonly (readonly number[])[]): void {
    this.#next.fill(0);
    this.#each((p, isGoing, body, cell) => {
      if (p < 1e-9) return;
      const row = (isGoing === 1 ? going : staying)[cell] ?? [];
      for (let to = Math.max(0, cell - REACH); to <= Math.min(CELLS - 1, cell + REACH); to++) {
        const index = at(isGoing, body, to);
        this.#next[index] = (this.#next[index] ?? 0) + p * (row[to] ?? 0);
      }
    });
    this.#p.set(this.#next);
  }

  /** Bodies turn, now and then, to where they mostly are. */
  #turn(): void {
    const { bodyTurns, bodyShares } = WHEREABOUTS;
    for (const isGoing of [0, 1] as const) {
      for (let cell = 0; cell < CELLS; cell++) {
        let sum = 0;
        for (let body = 0; body < BODIES; body++) sum += this.#p[at(isGoing, body, cell)] ?? 0;
        for (let body = 0; body < BODIES; body++) {
          const index = at(isGoing, body, cell);
          this.#p[index] = (this.#p[index] ?? 0) * (1 - bodyTurns) + sum * bodyTurns * (bodyShares[body] ?? 0);
        }
      }
    }
  }

  #setOff(share: number): void {
    this.#move(0, 1, share);
  }

  #settle(share: number): void {
    this.#move(1, 0, share);
  }

  #move(from: 0 | 1, to: 0 | 1, share: number): void {
    for (let body = 0; body < BODIES; body++) {
      for (let cell = 0; cell < CELLS; cell++) {
        const moving = (this.#p[at(from, body, cell)] ?? 0) * share;
        this.#p[at(from, body, cell)] = (this.#p[at(from, body, cell)] ?? 0) - moving;
        this.#p[at(to, body, cell)] = (this.#p[at(to, body, cell)] ?? 0) + moving;
      }
    }
  }

  #judgeMotion(): void {
    if (this.#moved === undefined || this.#countsSteps) return;
    const { movedStayingMost, movedGoing, movedWeight } = WHEREABOUTS;
    const staying = Math.min(movedStayingMost, this.#seated.moved / this.#seated.heartbeats);
    const [stay, go] = this.#moved ? [staying, movedGoing] : [1 - staying, 1 - movedGoing];
    const weight = STEP_S * movedWeight;
    this.#each((_p, isGoing, body, cell) =>
      this.#times(at(isGoing, body, cell), (isGoing === 1 ? go : stay) ** weight),
    );
  }

  #judgeFace(): void {
    if (this.#face === "unknown") return;
    const chances = WHEREABOUTS.face[this.#face];
    this.#each((_p, isGoing, body, cell) => {
      const near = isGoing === 0 && (GRID.distances[cell] ?? 0) <= IN_VIEW_WITHIN;
      this.#times(at(isGoing, body, cell), (near ? chances.near : chances.away) ** STEP_S);
    });
  }

  /** Makes everything but staying within view less likely, once. */
  #weigh(away: number): void {
    this.#each((_p, isGoing, body, cell) => {
      if (isGoing === 1 || (GRID.distances[cell] ?? 0) > IN_VIEW_WITHIN) this.#times(at(isGoing, body, cell), away);
    });
    this.#normalise();
  }

  #each(visit: (p: number, going: 0 | 1, body: number, cell: number) => void): void {
    for (const isGoing of [0, 1] as const) {
      for (let body = 0; body < BODIES; body++) {
        for (let cell = 0; cell < CELLS; cell++) visit(this.#p[at(isGoing, body, cell)] ?? 0, isGoing, body, cell);
      }
    }
  }

  #times(state: number, factor: number): void {
    this.#p[state] = (this.#p[state] ?? 0) * factor;
  }

  #normalise(): void {
    let sum = 0;
    for (const p of this.#p) sum += p;
    for (let state = 0; state < STATES; state++) this.#p[state] = (this.#p[state] ?? 0) / sum;
  }
}
