import type { EvidenceSlice } from "@wardkey/protocol/screen";
import { type LockAccount, reasonsOf, SLICES_KEPT } from "./account.js";
import { type FaceSight, FaceWatch } from "./face-watch.js";
import type { PresenceTuning } from "./tuning.js";
import { Whereabouts } from "./whereabouts.js";
import { isOtherFace } from "./whereabouts-model.js";

export type LeavingWhy = "distance" | "heartbeat" | "link" | "face";
export type ServedChange =
  /** `within`: the lock comes so many ms from now at the latest, unless they are back; absent: by the session's own countdown. */
  | { type: "leaving"; why: LeavingWhy; within?: number }
  | { type: "back" }
  /** `still`: nobody was in view or touched anything, and the phone did not move either; absent: the phone is far. */
  | { type: "gone"; still?: boolean };

const MOTION_FRESH_MS = 1_700;
const LAID_DOWN_AFTER_MS = 20_000;
const SEATED_MS = 1_500;
const SLICE_MS = 1_000;
/** Probability beyond the leave line from which somebody leaves, and under which they are back. */
const LEAVES_FROM = 0.85;
/** The same once nobody has been at the screen for a while: who only fetches something would be on the way back. */
const LEAVES_FROM_ALONE = 0.5;
const LONG_ALONE_MS = 4_000;
const BACK_UNDER = 0.25;
const GONE_FROM = 0.8;
/** From here on a screen without face and hands is given no more time than one whose phone was laid down. */
const DOUBTED_FROM = 0.4;
const STAYS_UNDER = 0.15;
const RESETTLED_WITHIN = 1.8;
/** The session's own deadline comes a moment after the word of this judge, which says more. */
const SLACK_MS = 500;

/**
 * Whether the person that a session belongs to stays. Their phone's advertisements say nothing here, for anybody can
 * replay them: only heartbeats that were authenticated, the strength of the link that brings them, the face and the
 * hands at the screen. Any of them may lock; none of them unlocks. However near the phone seems, a screen without face
 * and hands does not stay open, for a relay makes any phone seem near.
 */
export class ServedPhone {
  readonly #tuning: PresenceTuning;
  readonly #where: Whereabouts;
  readonly #face = new FaceWatch();
  readonly #strip: EvidenceSlice[] = [];
  readonly #since: number;
  #heartbeatAt: number;
  #readingAt: number;
  #readings = 0;
  #movedAt: number;
  #moved = false;
  #inputAt: number | undefined;
  #leaving: LeavingWhy | undefined;
  #toldGone = false;
  #hereAt: number;
  #lostAt: number | undefined;

  constructor(tuning: PresenceTuning, at: number) {
    this.#tuning = tuning;
    this.#where = new Whereabouts(at);
    this.#since = at;
    this.#heartbeatAt = at;
    this.#readingAt = at;
    this.#movedAt = at;
    this.#hereAt = at;
  }

  heartbeat({ moved, steps }: { moved: boolean; steps?: number }, at: number): ServedChange | undefined {
    this.#heartbeatAt = at;
    this.#moved = moved;
    if (this.#seated(at)) this.#where.fidgets(moved);
    if (moved) this.#movedAt = at;
    this.#advance(at);
    this.#where.walked(steps);
    this.#face.walked(steps ?? 0, at);
    return this.tick(at);
  }

  /** Strength of the link, dBm. */
  rssi(strength: number, at: number): ServedChange | undefined {
    this.#readingAt = at;
    this.#readings += 1;
    this.#advance(at);
    this.#where.strength(strength, this.#seated(at), at);
    return this.tick(at);
  }

  face(sight: FaceSight, at: number): ServedChange | undefined {
    this.#face.look(sight, at, this.#where.beyond(RESETTLED_WITHIN) < STAYS_UNDER);
    return this.tick(at);
  }

  /** A key, a pointer or a touch. */
  input(at: number): ServedChange | undefined {
    this.#inputAt = at;
    this.#advance(at);
    this.#where.input(this.#face.sign(at) === "seen");
    return this.tick(at);
  }

  lost(at: number): ServedChange | undefined {
    this.#lostAt = at;
    return this.#leave("link");
  }

  tick(at: number): ServedChange | undefined {
    this.#advance(at);
    this.#note(at);
    return this.#judge(at);
  }

  /** Why they were taken to have left, as it stands at monotonic `at`. */
  account(at: number): LockAccount {
    const phone = this.#phone(at);
    const metres = this.#metres();
    const faceGoneMs = this.#face.seenAt === undefined ? null : at - this.#face.seenAt;
    const inputGoneMs = this.#inputAt === undefined ? null : at - this.#inputAt;
    const sign = this.#face.sign(at);
    const otherFace = isOtherFace(sign);
    const { leaveLine } = this.#tuning;
    const weighed = { why: this.#leaving, phone, metres, leaveLine, faceGoneMs, otherFace, inputGoneMs };
    return {
      leftAt: this.#leftAt(),
      gone: this.#gone(),
      metres,
      faceGoneMs,
      inputGoneMs,
      heartbeatGapMs: at - this.#heartbeatAt,
      phone,
      reasons: reasonsOf(weighed),
      strip: [...this.#strip],
    };
  }

  #advance(at: number): void {
    this.#where.motion(at - this.#heartbeatAt > MOTION_FRESH_MS ? undefined : this.#moved);
    this.#where.face(this.#face.sign(at));
    this.#where.advance(at);
  }

  #judge(at: number): ServedChange | undefined {
    if (this.#leaving === "link") return undefined;
    const { heartbeatLoss, leaveLine, goneLine, faceGoneVeil } = this.#tuning;
    if (at - this.#heartbeatAt > heartbeatLoss) return this.#leave("heartbeat");
    if (at - this.#readingAt > heartbeatLoss) return this.#leave("distance");
    const beyond = this.#where.beyond(leaveLine);
    if (beyond < BACK_UNDER) this.#hereAt = at;
    const alone = this.#aloneMs(at);
    if (beyond >= (alone >= LONG_ALONE_MS ? LEAVES_FROM_ALONE : LEAVES_FROM)) {
      const left = this.#leave("distance");
      return left ?? (this.#where.beyond(goneLine) >= GONE_FROM ? this.#goneNow() : undefined);
    }
    if (alone >= faceGoneVeil) {
      const locksAfter = this.#locksAfter();
      const within = Math.max(0, locksAfter - alone) + SLACK_MS;
      return (
        this.#leave("face", within) ?? (alone >= locksAfter ? this.#goneNow({ still: this.#still(at) }) : undefined)
      );
    }
    if (this.#leaving === undefined || beyond > BACK_UNDER) return undefined;
    this.#leaving = undefined;
    this.#toldGone = false;
    return { type: "back" };
  }

  /** Told once, and again when it becomes graver than a face that went out of view. */
  #leave(why: LeavingWhy, within?: number): ServedChange | undefined {
    const before = this.#leaving;
    const graver = before === undefined || (before === "face" && why !== "face");
    if (before === undefined || graver || why === "link") this.#leaving = why;
    if (!graver) return undefined;
    return { type: "leaving", why, ...(within === undefined ? {} : { within }) };
  }

  /** Who is that far, or that long out of sight, did not just step aside: told once, until it is back. */
  #goneNow(how: { still?: boolean } = {}): ServedChange | undefined {
    if (this.#toldGone) return undefined;
    this.#toldGone = true;
    return { type: "gone", ...how };
  }

  #still(at: number): boolean {
    return this.#phone(at) === "still" && this.#movedAt <= (this.#face.seenAt ?? at);
  }

  /** How long neither face nor hands were at the screen; 0 where no camera could tell. */
  #aloneMs(at: number): number {
    const { seenAt } = this.#face;
    if (seenAt === undefined) return 0;
    switch (this.#face.sign(at)) {
      case "none":
        return at - Math.max(seenAt, this.#inputAt ?? Number.NEGATIVE_INFINITY);
      case "stranger":
        // Their hands are at the keys, if any are.
        return at - seenAt;
      default:
        return 0;
    }
  }

  /** A phone that lies on the desk says nothing of who left it there; one that is worn shows that they may only have turned. */
  #locksAfter(): number {
    const { faceGoneLock, faceGoneLockLaid, leaveLine } = this.#tuning;
    const laid = this.#heartbeatAt - this.#movedAt >= LAID_DOWN_AFTER_MS;
    return laid || this.#where.beyond(leaveLine) >= DOUBTED_FROM ? faceGoneLockLaid : faceGoneLock;
  }

  #seated(at: number): boolean {
    const sign = this.#face.sign(at);
    const typed = this.#inputAt !== undefined && at - this.#inputAt < SEATED_MS;
    return sign === "seen" || (typed && !isOtherFace(sign));
  }

  #phone(at: number): LockAccount["phone"] {
    if (at - this.#heartbeatAt > MOTION_FRESH_MS || this.#lostAt !== undefined) return "silent";
    return this.#moved ? "moving" : "still";
  }

  #metres(): number | null {
    return this.#readings === 0 ? null : Math.round(this.#where.metres * 10) / 10;
  }

  #gone(): number {
    if (this.#leaving === "link" || this.#leaving === "heartbeat") return 1;
    return Math.round(this.#where.beyond(this.#tuning.leaveLine) * 100) / 100;
  }

  #leftAt(): number {
    switch (this.#leaving) {
      case "link":
        return this.#lostAt ?? this.#heartbeatAt;
      case "heartbeat":
        return this.#heartbeatAt;
      case "face":
        return Math.max(this.#face.seenAt ?? this.#since, this.#inputAt ?? this.#since);
      case "distance":
      case undefined:
        return this.#hereAt;
    }
  }

  #sliceAt = Number.NEGATIVE_INFINITY;

  #note(at: number): void {
    if (at - this.#sliceAt < SLICE_MS) return;
    this.#sliceAt = at;
    const sign = this.#face.sign(at);
    this.#strip.push({
      gone: this.#gone(),
      face: sign === "seen" || isOtherFace(sign),
      input: this.#inputAt !== undefined && at - this.#inputAt < SLICE_MS,
      moved: this.#phone(at) === "moving",
      metres: this.#metres(),
    });
    if (this.#strip.length > SLICES_KEPT) this.#strip.shift();
  }
}
