import { FEWEST_PEOPLE } from "@wardkey/protocol/fleet";
import { dayAfter, hourOf, MEMBER_WEEKS, WEEK_MS } from "./counting.js";
import type { NudgeStore } from "./ports.js";

/** What a sentence may say of a ward; `null`: too few people, or nothing worth following. */
export type WardFigures = ReadonlyMap<string, { readonly share: number | null }>;

const FEWEST_SESSIONS = 50;

/** How many of ten screens a ward locks itself, over four weeks; only what is most of them is a norm to tell of. */
export async function wardFigures(store: NudgeStore, now: number): Promise<WardFigures> {
  const from = now - MEMBER_WEEKS * WEEK_MS;
  const sums = await store.sums(hourOf(from), hourOf(now) + 1);
  const people = await store.members(dayAfter(from));
  const of = (ward: string, what: string): number =>
    sums.find((each) => each.ward === ward && each.what === what)?.count ?? 0;
  return new Map(
    [...people].map(([ward, count]) => {
      const sessions = of(ward, "sessions");
      const share = Math.floor(10 * (1 - of(ward, "behaviour:left-unlocked") / Math.max(1, sessions)));
      const tells = count >= FEWEST_PEOPLE && sessions >= FEWEST_SESSIONS && share >= 5;
      return [ward, { share: tells ? share : null }];
    }),
  );
}
