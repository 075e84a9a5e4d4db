import type { Clock } from "@wardkey/protocol";
import type { IdentifyRequest } from "@wardkey/protocol/fleet";
import type { WaysView } from "@wardkey/protocol/screen";
import type { ProofEvidence, ProofPermit } from "../policy/index.js";
import type { FacelessWay, ProofAnswer, SessionRunner } from "../session/index.js";
import type { PhoneSession } from "../tap/index.js";
import type { Timers } from "../time.js";
import { BadgeInHand } from "./badge-in-hand.js";
import type { PhoneInHand } from "./phone-in-hand.js";
import type { BadgeReader, WayJudge } from "./ports.js";
import { Tries } from "./tries.js";

export interface WaysPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly judge: WayJudge;
  /** `null`: this kiosk has none. */
  readonly badges: BadgeReader | null;
  readonly phone: PhoneInHand;
  readonly session: Pick<SessionRunner, "prove">;
  /** The ways without a face that the policy in force leaves open here; none while nobody may come in at all. */
  readonly open: () => ReadonlySet<FacelessWay>;
  /** Whether the policy in force lets in whom the judge knows. */
  readonly permit: (evidence: ProofEvidence) => ProofPermit;
  readonly changed: () => void;
}

export type WaysAnswer = { readonly ok: true } | { readonly ok: false; readonly code: string };

/**
 * Where somebody without a face asks to come in: by a personal one-time code, or by a badge or their phone and its PIN. One
 * question at a time. What was typed is in no field, log or event of the kiosk: it goes to the judge and is forgotten with the answer.
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

  async stop(): Promise<void> {
    this.#unheard?.();
    this.#unheard = null;
    this.#inHand.forget();
    this.#tries.stop();
    await this.#ports.phone.stop();
  }

  /** Whose phone waits for its PIN; `null`: nobody's. */
  get phoneOf(): string | null {
    return this.#ports.phone.phone?.holder.id ?? null;
  }

  /** `null` while this kiosk has no way without a face to offer. */
  view(): WaysView | null {
    const { open, badges, phone } = this.#ports;
    const ways = open();
    const badge =
      !ways.has("badge") || badges?.attached !== true ? "none" : this.#inHand.badge === null ? "ready" : "read";
    const code = ways.has("code");
    const byPhone = ways.has("phone");
    if (!code && badge === "none" && !byPhone) return null;
    const name = byPhone ? phone.phone?.displayName : undefined;
    return {
      code,
      badge,
      phone: byPhone ? phone.state : "none",
      ...(name === undefined ? {} : { phoneName: name.slice(0, 80) }),
      asking: this.#asking,
      waitUntil: this.#tries.until,
    };
  }

  /** Asks a phone nearby to show its key, or the next one when one has. */
  async showPhone(): Promise<WaysAnswer> {
    if (!this.#ports.open().has("phone")) return { ok: false, code: "way-not-permitted" };
    return this.#asking ? { ok: false, code: "way-busy" } : this.#ports.phone.show();
  }

  enterCode(code: string): Promise<WaysAnswer> {
    return this.#ask({ way: "code", code });
  }

  /** `badge-missing`, `phone-missing`: none was read, or too long ago. */
  enterPin(of: "badge" | "phone", pin: string): Promise<WaysAnswer> {
    return of === "phone" ? this.#enterPinOfPhone(pin) : this.#enterPinOfBadge(pin);
  }

  async #enterPinOfPhone(pin: string): Promise<WaysAnswer> {
    const { phone: inHand } = this.#ports;
    const { phone } = inHand;
    if (phone === null) return { ok: false, code: "phone-missing" };
    const { staffId, epoch } = phone;
    const answer = await this.#ask({ way: "phone", staffId, epoch, pin }, phone);
    if (!answer.ok && answer.code !== "way-wrong" && !AGAIN.has(answer.code)) inHand.forget();
    return answer;
  }

  async #enterPinOfBadge(pin: string): Promise<WaysAnswer> {
    const { badge } = this.#inHand;
    if (badge === null) return { ok: false, code: "badge-missing" };
    const answer = await this.#ask({ way: "badge", badge, pin });
    // Only a wrong PIN can be made good with the badge that was read; anything else wants a new beginning.
    if (!answer.ok && answer.code === "way-wrong" && this.#inHand.badge === badge) this.#inHand.keep();
    else if (this.#inHand.badge === badge && (answer.ok || !AGAIN.has(answer.code))) this.#inHand.forget();
    return answer;
  }

  cancel(): WaysAnswer {
    this.#inHand.forget();
    this.#ports.phone.forget();
    return { ok: true };
  }

  async #ask(request: IdentifyRequest, phone: PhoneSession | null = null): Promise<WaysAnswer> {
    const { session, open, changed } = this.#ports;
    if (this.#asking) return { ok: false, code: "way-busy" };
    if (!open().has(request.way)) return { ok: false, code: "way-not-permitted" };
    const early = this.#tries.take();
    if (early !== null) return { ok: false, code: early };
    this.#asking = true;
    changed();
    try {
      const answer = await session.prove(request.way, (signal) => this.#judge(request, phone, signal));
      if (answer.ok) this.#tries.right();
      return answer;
    } finally {
      this.#asking = false;
      changed();
    }
  }

  async #judge(request: IdentifyRequest, phone: PhoneSession | null, signal: AbortSignal): Promise<ProofAnswer> {
    const { judge, permit, phone: inHand } = this.#ports;
    const judged = await judge.judge(request, signal);
    if (!judged.ok) {
      this.#tries.refused(judged.retryAfter);
      return { ok: false, code: judged.code };
    }
    const { staffId, displayName, weak } = judged.who;
    const { way } = request;
    const permitted = permit({ way, weak, consent: phone?.consent ?? null });
    if (!permitted.ok) return permitted;
    const who = { staffId, name: displayName, way, weak };
    if (phone === null) return { ok: true, who };
    // An answer about somebody else would put their name on this phone's session.
    if (staffId !== phone.staffId) return { ok: false, code: "way-refused" };
    // Its link may have gone, or somebody gave it up, while the PIN was judged.
    if (signal.aborted || inHand.phone !== phone || inHand.take() === null) return { ok: false, code: "phone-lost" };
    return { ok: true, who, phone };
  }
}

/** After these the same badge may be tried again without being held to the reader anew. */
const AGAIN: ReadonlySet<string> = new Set(["way-busy", "way-crowded", "way-unreachable", "way-hurried", "way-locked"]);
