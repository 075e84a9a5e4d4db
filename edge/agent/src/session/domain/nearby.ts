import type { HolderRef, Nearby, SessionRules } from "./model.js";

/** Phones followed at once: the tap asks at most three, the rest is evidence that somebody is near. */
const FOLLOWED = 16;

export function sighted(list: readonly Nearby[], seen: Nearby): readonly Nearby[] {
  const others = list.filter((each) => each.holder.id !== seen.holder.id);
  if (others.length >= FOLLOWED && !seen.near) return list;
  return [...others.slice(-(FOLLOWED - 1)), seen];
}

export const without = (list: readonly Nearby[], holder: HolderRef): readonly Nearby[] =>
  list.filter((each) => each.holder.id !== holder.id);

/** Presence says when a near phone has gone; one that only came nearer is forgotten by itself. */
export function stillThere(list: readonly Nearby[], monotonic: number, rules: SessionRules): readonly Nearby[] {
  const there = list.filter((each) => each.near || monotonic < each.at + rules.sightingFresh);
  return there.length === list.length ? list : there;
}

export const evidenceOf = (list: readonly Nearby[]): number =>
  list.reduce((most, each) => Math.max(most, each.near ? 1 : each.evidence), 0);
