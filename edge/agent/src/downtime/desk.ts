import { codeOf, type Duration, type Instant, seconds } from "@wardkey/protocol";
import type { BadgeRead, DowntimeBook } from "@wardkey/protocol/fleet";
import type { BreakGlassFacts, BreakGlassReason } from "@wardkey/protocol/policy";
import type { BreakGlassView } from "@wardkey/protocol/screen";
import type { Emergency, ProofAnswer, SessionRunner } from "../session/index.js";
import type { Timers } from "../time.js";
import type { BadgeReader } from "../ways/index.js";
import type { KeptTries } from "./kept-tries.js";
import type { BreakGlassPermit } from "./permit-break-glass.js";
import { type Recognised, recogniseBadge, recogniseCard } from "./recognise.js";
import type { HashSecret } from "./slow-hash.js";

/** Longer than a colleague takes to come over, shorter than it takes to forget who waits. */
const BADGES_WITHIN: Duration = seconds(60);

export type BreakGlassAnswer = { readonly ok: true } | { readonly ok: false; readonly code: string };

export interface DeskPorts {
  readonly timers: Timers;
  /** Wall time that never goes back. */
  readonly now: () => Instant;
  /** Who may break the glass, as far as it is believed now. */
  readonly book: () => DowntimeBook | null;
  /** The slow one. */
  readonly hash: HashSecret;
  /** Cards whose code was used at this kiosk. */
  readonly spent: () => Promise<ReadonlySet<string>>;
  /** `null`: guesses cannot be counted, so none is judged. */
  readonly tries: KeptTries | null;
  readonly badges: BadgeReader | null;
  readonly session: Pick<SessionRunner, "prove">;
  readonly permit: (asked: { reason: BreakGlassReason; proof: BreakGlassFacts["proof"] }) => BreakGlassPermit;
  readonly changed: () => void;
}

type Held = { readonly reason: BreakGlassReason; readonly first: Recognised | null };

/**
 * Where somebody breaks the glass: by a personal emergency code, or by the badges of two people, both known without the
 * fleet. Every guess is paid for on the disk before it is judged. What was typed is nowhere afterwards.
 */
export class BreakGlassDesk {
  readonly #ports: DeskPorts;
  #asking = false;
  #held: Held | null = null;
  #badgeRefused: BreakGlassView["badgeRefused"] = null;
  #cancel: (() => void) | null = null;
  #unheard: (() => void) | null = null;

  constructor(ports: DeskPorts) {
    this.#ports = ports;
  }

  start(): void {
    const { badges, changed } = this.#ports;
    this.#unheard =
      badges?.on((event) => {
        if (event.type === "read") void this.#read(event.badge);
        else changed();
      }) ?? null;
  }

  stop(): void {
    this.#unheard?.();
    this.#unheard = null;
    this.#forget();
  }

  /** Two badges are awaited: whoever else listens to the reader lets them pass. */
  get awaitsBadges(): boolean {
    return this.#held !== null;
  }

  /** `null`: nobody breaks the glass here now. */
  view(): BreakGlassView | null {
    const { book, tries, badges, now, permit } = this.#ports;
    const known = book();
    const permitted = permit({ reason: "other-emergency", proof: { means: "code" } });
    if (known === null || tries === null || !permitted.ok) return null;
    const reader = badges?.attached === true && known.badges.length > 0;
    const awaited = this.#held?.first === null ? "first" : "second";
    const view: BreakGlassView = {
      minutes: permitted.grant.lasts / 60_000,
      code: known.cards.length > 0,
      badges: !reader ? "none" : this.#held === null ? "ready" : awaited,
      badgeRefused: this.#badgeRefused,
      asking: this.#asking,
      waitUntil: tries.waitUntil(now()),
    };
    return view.code || view.badges !== "none" ? view : null;
  }

  /** `way-wrong`: no such code, or used before; nobody says which. */
  byCode(reason: BreakGlassReason, typed: string): Promise<BreakGlassAnswer> {
    this.#forget();
    return this.#ask(async (book) => {
      const known = await recogniseCard({ book, hash: this.#ports.hash }, typed, await this.#ports.spent());
      if (known === null) return { ok: false, code: "way-wrong" };
      await this.#ports.tries?.refund();
      return this.#granted(known, { reason, means: "code", card: known.card, second: null });
    });
  }

  /** From now on, and for a minute, two badges are awaited. */
  byBadges(reason: BreakGlassReason): BreakGlassAnswer {
    const view = this.view();
    if (view === null || view.badges === "none") return { ok: false, code: "way-not-permitted" };
    this.#hold({ reason, first: null });
    return { ok: true };
  }

  cancel(): BreakGlassAnswer {
    this.#forget();
    return { ok: true };
  }

  async #read(badge: BadgeRead): Promise<void> {
    const held = this.#held;
    if (held === null || this.#asking) return;
    const { first, reason } = held;
    if (first === null) {
      const who = await this.#recognise(badge);
      if (who !== null && this.#held === held) this.#hold({ reason, first: who });
      return;
    }
    const second = await this.#recognise(badge);
    if (second === null || this.#held !== held) return;
    if (second.staffId === first.staffId) return this.#refuse("badge-same-person");
    this.#forget();
    const granted = this.#granted(first, { reason, means: "two-badges", card: null, second: second.staffId });
    await this.#offer(async () => granted);
  }

  async #recognise(badge: BadgeRead): Promise<Recognised | null> {
    const { tries } = this.#ports;
    const book = this.#ports.book();
    if (book === null || tries === null || tries.waitUntil(this.#ports.now()) !== null) return null;
    this.#busy(true);
    try {
      await tries.charge(this.#ports.now());
      const answer = await recogniseBadge({ book, hash: this.#ports.hash }, badge);
      if (!answer.ok) this.#refuse(answer.code);
      else await tries.refund();
      return answer.ok ? answer.who : null;
    } catch {
      return null;
    } finally {
      this.#busy(false);
    }
  }

  async #ask(judge: (book: DowntimeBook) => Promise<ProofAnswer>): Promise<BreakGlassAnswer> {
    const { tries, now } = this.#ports;
    const book = this.#ports.book();
    if (this.#asking) return { ok: false, code: "way-busy" };
    if (book === null || tries === null) return { ok: false, code: "way-not-permitted" };
    if (tries.waitUntil(now()) !== null) return { ok: false, code: "way-locked" };
    return await this.#offer(async () => {
      await tries.charge(now());
      return await judge(book);
    });
  }

  async #offer(judge: () => Promise<ProofAnswer>): Promise<BreakGlassAnswer> {
    this.#busy(true);
    try {
      const answer = await this.#ports.session.prove("break-glass", () =>
        judge().catch((error: unknown): ProofAnswer => ({ ok: false, code: codeOf(error) })),
      );
      // Not before: one valid badge, or a code that opens nothing, would let its owner guess at others without an end.
      if (answer.ok) await this.#ports.tries?.forgive().catch(() => {});
      return answer;
    } finally {
      this.#busy(false);
    }
  }

  #granted({ staffId, name }: Recognised, shown: Pick<Emergency, "reason" | "means" | "card" | "second">): ProofAnswer {
    const { reason, second } = shown;
    const proof: BreakGlassFacts["proof"] =
      second === null ? { means: "code" } : { means: "two-badges", people: [staffId, second] };
    const permitted = this.#ports.permit({ reason, proof });
    if (!permitted.ok) return permitted;
    const emergency = { ...shown, ...permitted.grant };
    return { ok: true, who: { staffId, name, way: "break-glass", weak: false, emergency } };
  }

  #hold(held: Held): void {
    this.#cancel?.();
    this.#held = held;
    this.#badgeRefused = null;
    this.#cancel = this.#ports.timers.after(BADGES_WITHIN, () => this.#forget());
    this.#ports.changed();
  }

  #forget(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#badgeRefused = null;
    if (this.#held === null) return;
    this.#held = null;
    this.#ports.changed();
  }

  #refuse(code: NonNullable<BreakGlassView["badgeRefused"]>): void {
    this.#badgeRefused = code;
    this.#ports.changed();
  }

  #busy(asking: boolean): void {
    this.#asking = asking;
    this.#ports.changed();
  }
}
