import { checkJournalBody, type JournalEvent } from "@wardkey/protocol/fleet";
import { z } from "zod";
import type { DowntimeStore, Emergency, Outcome } from "./sql-downtime-store.js";

const HOUR_MS = 3_600_000;

const Opened = z.object({
  session: z.string(),
  staffId: z.string(),
  reason: z.string(),
  operation: z.string(),
  means: z.string(),
  card: z.string().optional(),
  second: z.string().optional(),
  minutes: z.number(),
  review: z.enum(["security-officer", "two-people"]),
  reviewHours: z.number(),
  leaseEnded: z.boolean(),
});
const Locked = z.object({ session: z.string(), reason: z.string() });

/** `half`: the first of two people has said what they think. */
export type ReviewState = "open" | "half" | "justified" | "unjustified";

export type Reviewed = Emergency & { readonly state: ReviewState; readonly overdue: boolean };

export type ReviewRefusal = "emergency-unknown" | "emergency-own" | "emergency-reviewed" | "emergency-voted";

export interface Reviews {
  /** Keeps what a kiosk journaled of emergencies; other events it lets pass. The same events again change nothing. */
  note(kiosk: string, events: readonly Pick<JournalEvent, "at" | "kind" | "body">[]): Promise<void>;
  /** The newest first. */
  list(limit: number): Promise<readonly Reviewed[]>;
  review(
    session: string,
    outcome: Outcome,
    by: string,
  ): Promise<{ ok: true; emergency: Reviewed } | { ok: false; code: ReviewRefusal }>;
}

/** What became of every time that somebody broke the glass: kept as soon as it is heard of, and looked at by people. */
export function createReviews(parts: {
  readonly store: DowntimeStore;
  readonly now: () => number;
  readonly record: (kind: string, body: Record<string, string | number>) => Promise<void>;
  readonly changed: () => void;
}): Reviews {
  const { store, now, record, changed } = parts;

  const opened = async (kiosk: string, at: number, body: z.infer<typeof Opened>): Promise<void> => {
    const { session, staffId, card = null, second = null, reviewHours, ...same } = body;
    const spent = card === null ? null : await store.card(card);
    // The same card at two kiosks that could not hear of each other: both stand, and somebody has to look.
    const reused = spent?.ended === "spent" && (await store.emergency(session)) === null;
    const reviewBy = now() + reviewHours * HOUR_MS;
    const fresh = await store.open({ ...same, session, staffId, kiosk, card, second, openedAt: at, reviewBy, reused });
    if (!fresh || card === null) return;
    if (reused) return void (await record("emergency-card.reused", { staffId, card, kiosk, session }));
    if (await store.endCard(card, "spent", at)) {
      await record("emergency-card.spent", { staffId, card, kiosk, session });
      changed();
    }
  };

  return {
    async note(kiosk, events) {
      for (const { at, kind, body } of events) {
        if (kind === "break-glass.opened" && checkJournalBody(kind, body).ok)
          await opened(kiosk, at, Opened.parse(body));
        const locked = kind === "session.locked" ? Locked.safeParse(body) : null;
        if (locked?.success) await store.close(locked.data.session, at, locked.data.reason);
      }
    },
    list: async (limit) => (await store.emergencies(limit)).map((each) => judged(each, now())),
    async review(session, outcome, by) {
      const known = await store.emergency(session);
      if (known === null) return { ok: false, code: "emergency-unknown" };
      if (by === known.staffId || by === known.second) return { ok: false, code: "emergency-own" };
      const { state } = judged(known, now());
      if (state === "justified" || state === "unjustified") return { ok: false, code: "emergency-reviewed" };
      if (!(await store.vote({ session, by, outcome, at: now() }))) return { ok: false, code: "emergency-voted" };
      await record("break-glass.reviewed", { session, by, outcome });
      const after = await store.emergency(session);
      return { ok: true, emergency: judged(after ?? known, now()) };
    },
  };
}

function judged(emergency: Emergency, now: number): Reviewed {
  const needed = emergency.review === "two-people" ? 2 : 1;
  const votes = emergency.votes.slice(0, needed);
  const doubted = votes.some(({ outcome }) => outcome === "unjustified");
  const done = doubted ? ("unjustified" as const) : ("justified" as const);
  const state = votes.length >= needed ? done : votes.length === 0 ? "open" : "half";
  return { ...emergency, state, overdue: votes.length < needed && now > emergency.reviewBy };
}
