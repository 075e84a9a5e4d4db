import type { JournalEvent } from "@wardkey/protocol/fleet";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TAPS = 14 * 60;

/** What a kiosk told, before it is bound into a chain. */
export type Told = Pick<JournalEvent, "seq" | "at" | "kind" | "body">;

/** Simulated journals of wards whose kiosks are called `bed-0`, `bed-1` and so on; each goes on where it stopped. */
export class WardJournals {
  readonly #seqs = new Map<number, number>();

  /** A ward's people come in and go, once a day; one session in `every` is left open. */
  work(ward: number, { people, days, every }: { people: number; days: number; every: number }): Told[] {
    const told: Told[] = [];
    let seq = this.#seqs.get(ward) ?? 0;
    let count = ward;
    for (let day = days; day >= 0; day -= 1) {
      for (let person = 0; person < people; person += 1) {
        count += 1;
        const at = Date.now() - day * DAY_MS - (day === 0 ? 0 : 2 * HOUR_MS);
        const who = { session: crypto.randomUUID(), staffId: `w${ward}-p${person}` };
        const reason = count % every === 0 ? "idle" : "walked-away";
        told.push({ seq: ++seq, at, kind: "session.unlocked", body: who });
        if (person === 0) told.push({ seq: ++seq, at, kind: "session.kept", body: { ...who, reason: "stay" } });
        told.push({ seq: ++seq, at, kind: "session.locked", body: { ...who, reason } });
      }
    }
    this.#seqs.set(ward, seq);
    return told;
  }
}

/** A fortnight of measured taps, quicker in one ward than in the next, and one lock that somebody did not want. */
export function measuredTaps(ward: number): Told[] {
  const taps = Array.from({ length: TAPS }, (_, turn) => {
    const at = Date.now() - DAY_MS * 14 + Math.floor(turn / 60) * DAY_MS + turn * 1_000;
    const body = { session: crypto.randomUUID(), staffId: `w${ward}`, ms: 500 + 200 * ward + (turn % 9) * 30 };
    return { seq: turn + 1, at, kind: "session.unlocked", body };
  });
  return [...taps, { seq: taps.length + 1, at: Date.now(), kind: "session.lock-disputed", body: {} }];
}
