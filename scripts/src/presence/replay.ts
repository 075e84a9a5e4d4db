import { observe, type WalkKiosk, type WalkPlan } from "@wardkey/virtual-radio/walks";
import { type Findings, judge } from "./judge.js";
import { PEERS, type PeerName } from "./peers.js";
import { Reactions } from "./person.js";
import { ProductRule } from "./product.js";
import type { KioskRule, RuleEvent } from "./rule.js";

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
  readonly kiosk: WalkKiosk;
  readonly rule: KioskRule;
  readonly reactions: Reactions;
  readonly events: RuleEvent[];
  readonly people: ReadonlySet<string>;
}

/** Plays one walk to every rule at once; each has its own kiosk, and people who react to what it does. */
export function replayWalk(plan: WalkPlan, rules: readonly RuleName[]): readonly Replayed[] {
  const running = plan.kiosks.flatMap((kiosk) => rulesOf(plan, kiosk)).filter(({ name }) => rules.includes(name));
  for (const observation of observe(plan)) {
    for (const each of running) {
      if (observation.kiosk !== each.kiosk.name) continue;
      const events = [...each.reactions.until(observation.at), ...each.rule.observe(observation)];
      // Whoever sits there looks at the screen as often as the camera looks at them.
      if (events.length > 0 || observation.type === "faces") each.reactions.notice(events, observation.at);
      each.events.push(...events);
    }
  }
  return running.map(({ name, kiosk, events, people }) => ({
    rule: name,
    kiosk: kiosk.name,
    events,
    findings: judge(plan, kiosk, events, people),
  }));
}

function rulesOf(plan: WalkPlan, kiosk: WalkKiosk): Running[] {
  const begin = (name: RuleName, rule: KioskRule, people: readonly string[]): Running => ({
    name,
    kiosk,
    rule,
    reactions: new Reactions(plan, kiosk, rule, new Set(people)),
    events: [],
    people: new Set(people),
  });
  const everybody = plan.people.map((person) => person.name);
  const [owner] = plan.people;
  if (owner === undefined) throw new RangeError("a walk has somebody who walks");
  const peers = Object.entries(PEERS) as [PeerName, (typeof PEERS)[PeerName]][];
  return [
    begin("wardkey", new ProductRule(plan, kiosk), everybody),
    // The workstation of one person: the uses of others are not its business.
    ...peers.map(([name, create]) => begin(name, create({ person: owner.name, phone: owner.phone }), [owner.name])),
  ];
}
