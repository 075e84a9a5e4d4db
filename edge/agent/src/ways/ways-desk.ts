import type { Clock } from "@wardkey/protocol";
import type { IdentifyRequest } from "@wardkey/protocol/fleet";
import type { WaysView } from "@wardkey/protocol/screen";
import type { ProofEvidence, ProofPermit } from "../policy/index.js";
import type { FacelessWay, ProofAnswer, SessionRunner } from "../session/index.js";
import type { Timers } from "../time.js";
import { BadgeInHand } from "./badge-in-hand.js";
import type { BadgeReader, WayJudge } from "./ports.js";
import { Tries } from "./tries.js";

export interface WaysPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly judge: WayJudge;
  /** `null`: this kiosk has none. */
  readonly badges: BadgeReader | null;
  readonly session: Pick<SessionRunner, "prove">;
  /** The ways without a face that the policy in force leaves open here; none while nobody may come in at all. */
  readonly open: () => ReadonlySet<FacelessWay>;
  /** Whether the policy in force lets in whom the judge knows. */
  readonly permit: (evidence: ProofEvidence) => ProofPermit;
  readonly changed: () => void;
}

export type WaysAnswer = { readonly ok: true } | { readonly ok: false; readonly code: string };

/**
 * Where somebody without a face asks to come in: by a personal one-time code, or by a badge and its PIN. One question at a
 * time. What was typed is in no field, log or event of the kiosk: it goes to the judge and is forgotten with the answer.
 */
export class WaysDesk {
  readonly #ports: WaysPorts;
  readonly #inHand: BadgeInHand;
  readonly #tries: Tries;
  #asking = false;
  #unheard: (() => void) | null = null;

  constructor(ports: WaysPorts) {
    this.#ports = ports;
    const { clock, timers, changed } = ports;
    this.#inHand = new BadgeInHand({ timers, changed });
    this.#tries = new Tries({ clock, timers, changed });
  }

  start(): void {
    const { badges, changed } = this.#ports;
    if (badges === null) return;
    this.#unheard = badges.on((event) => {
      if (event.type === "read") {
        if (this.#ports.open().has("badge")) this.#inHand.read(event.badge);
        return;
      }
      if (event.type === "detached") this.#inHand.forget();
      changed();
    });
  }

  stop(): void {
    this.#unheard?.();
    this.#unheard = null;
    this.#inHand.forget();
    this.#tries.stop();
  }

  /** `null` while this kiosk has no way without a face to offer. */
  view(): WaysView | null {
    const { open, badges } = this.#ports;
    const ways = open();
    const badge =
      !ways.has("badge") || badges?.attached !== true ? "none" : this.#inHand.badge === null ? "ready" : "read";
    const code = ways.has("code");
    if (!code && badge === "none") return null;
    return { code, badge, phone: "none", asking: this.#asking, waitUntil: this.#tries.until };
  }

  enterCode(code: string): Promise<WaysAnswer> {
    return this.#ask({ way: "code", code });
  }

  /** `badge-missing`: none was read, or too long ago. */
  async enterPin(of: "badge" | "phone", pin: string): Promise<WaysAnswer> {
    const { badge } = this.#inHand;
    if (of === "phone") return { ok: false, code: "way-not-permitted" };
    if (badge === null) return { ok: false, code: "badge-missing" };
    const answer = await this.#ask({ way: "badge", badge, pin });
    // Only a wrong PIN can be made good with the badge that was read; anything else wants a new beginning.
    if (!answer.ok && answer.code === "way-wrong" && this.#inHand.badge === badge) this.#inHand.keep();
    else if (this.#inHand.badge === badge && (answer.ok || !AGAIN.has(answer.code))) this.#inHand.forget();
    return answer;
  }

  cancel(): WaysAnswer {
    this.#inHand.forget();
    return { ok: true };
  }

  async #ask(request: IdentifyRequest): Promise<WaysAnswer> {
    const { session, open, changed } = this.#ports;
    if (this.#asking) return { ok: false, code: "way-busy" };
    if (!open().has(request.way)) return { ok: false, code: "way-not-permitted" };
    const early = this.#tries.take();
    if (early !== null) return { ok: false, code: early };
    this.#asking = true;
    changed();
    try {
      const answer = await session.prove(request.way, (signal) => this.#judge(request, signal));
      if (answer.ok) this.#tries.right();
      return answer;
    } finally {
      this.#asking = false;
      changed();
    }
  }

  async #judge(request: IdentifyRequest, signal: AbortSignal): Promise<ProofAnswer> {
    const { judge, permit } = this.#ports;
    const judged = await judge.judge(request, signal);
    if (!judged.ok) {
      this.#tries.refused(judged.retryAfter);
      return { ok: false, code: judged.code };
    }
    const { staffId, displayName, weak } = judged.who;
    const { way } = request;
    const permitted = permit({ way, weak, consent: null });
    return permitted.ok ? { ok: true, who: { staffId, name: displayName, way, weak } } : permitted;
  }
}

/** After these the same badge may be tried again without being held to the reader anew. */
const AGAIN: ReadonlySet<string> = new Set(["way-busy", "way-crowded", "way-unreachable", "way-hurried", "way-locked"]);
