import { type Observation, observe, type WalkPlan, type WalkTrace } from "@wardkey/virtual-radio/walks";
import { type Findings, judge } from "./judge.js";
import { PEERS, type PeerName } from "./peers.js";
import { Reactions } from "./person.js";
import { ProductRule } from "./product.js";
import type { KioskRule, RuleEvent } from "./rule.js";
import { type KioskTruth, truthOfTrace, truthOfWalk } from "./truth.js";

export type RuleName = "wardkey" | PeerName;

/** What each rule did to each kiosk of one walk. */
export interface Replayed {
  readonly rule: RuleName;
  readonly kiosk: string;
  readonly events: readonly RuleEvent[];
  readonly findings: Findings;
}

interface Running {
  readonly name: RuleName;
  readonly truth: KioskTruth;
  readonly rule: KioskRule;
  readonly reactions: Reactions;
  readonly events: RuleEvent[];
  readonly people: ReadonlySet<string>;
}

const PEER_NAMES = Object.keys(PEERS) as PeerName[];
export const RULES: readonly RuleName[] = ["wardkey", ...PEER_NAMES];

/** Plays one walk to every rule at once; each has its own kiosk, and people who react to what it does. */
export function replayWalk(plan: WalkPlan, rules: readonly RuleName[] = RULES): readonly Replayed[] {
  return play(
    observe(plan),
    plan.kiosks.flatMap((kiosk) => rules.map((name) => begin(name, truthOfWalk(plan, kiosk)))),
  );
}

/** The same with a trace from a file. */
export function replayTrace(trace: WalkTrace, rules: readonly RuleName[] = RULES): readonly Replayed[] {
  return play(
    trace.observations,
    trace.header.kiosks.flatMap((kiosk) => rules.map((name) => begin(name, truthOfTrace(trace, kiosk)))),
  );
}

function play(observations: Iterable<Observation>, running: readonly Running[]): readonly Replayed[] {
  for (const observation of observations) {
    for (const each of running) {
      if (observation.kiosk !== each.truth.kiosk) continue;
      each.truth.note(observation);
      const events = [...each.reactions.until(observation.at), ...each.rule.observe(observation)];
      // Whoever sits there looks at the screen as often as the camera looks at them.
      if (events.length > 0 || observation.type === "faces") each.reactions.notice(events, observation.at);
      each.events.push(...events);
    }
  }
  return running.map(({ name, truth, events, people }) => ({
    rule: name,
    kiosk: truth.kiosk,
    events,
    findings: judge(truth, events, people),
  }));
}

function begin(name: RuleName, truth: KioskTruth): Running {
  const [owner] = truth.people;
  if (owner === undefined) throw new RangeError("a walk has somebody who walks");
  // A peer guards the workstation of one person: the uses of others are not its business.
  const people = new Set(name === "wardkey" ? truth.people.map((person) => person.name) : [owner.name]);
  const rule = name === "wardkey" ? new ProductRule(truth) : PEERS[name]({ person: owner.name, phone: owner.phone });
  return { name, truth, rule, reactions: new Reactions(truth, rule, people), events: [], people };
}
