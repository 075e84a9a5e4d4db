import { describe, expect, it } from "vitest";
import { grantFilters, mayPublish, mayRetain, maySubscribe, parseUpTopic, type TopicGrant, topics } from "./topics.js";

const SITE = "st-mary";
const grant: TopicGrant = {
  site: SITE,
  device: "bed-7",
  sends: [{ to: "desk-1", channel: "results" }],
  receives: [{ from: "lab-2", channel: "orders" }],
};

/** mulberry32: the same million in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const WORDS = [
  ...["wardkey", "v1", "st-mary", "st-john", "device", "m2m", "all", "bed-7", "bed-8", "bed-77", "desk-1", "lab-2"],
  ...["up", "down", "status", "reported", "event", "res", "req", "desired", "risk", "nudge", "ack", "policy"],
  ...[
    "results",
    "orders",
    "r-1",
    "+",
    "#",
    "",
    "$SYS",
    "$share",
    "BED-7",
    "bed-7 ",
    "bed-7\u0000",
    "bed_7",
    "é",
    "..",
    "%2f",
  ],
] as const;
const WELL_FORMED = [
  topics.status(SITE, "bed-7"),
  topics.event(SITE, "bed-8"),
  topics.response(SITE, "bed-7", "r-1"),
  topics.desired(SITE, "bed-7"),
  topics.commands(SITE, "bed-7"),
  topics.command(SITE, "bed-8", "r-1"),
  topics.all(SITE, "policy"),
  topics.m2m(SITE, { from: "bed-7", to: "desk-1", channel: "results" }),
  topics.m2m(SITE, { from: "lab-2", to: "bed-7", channel: "orders" }),
  `wardkey/v1/${SITE}/device/bed-7/down/#`,
  `wardkey/v1/${SITE}/all/#`,
].map((topic) => topic.split("/"));

/** Random words, or a topic of the fleet with some levels changed, put in, taken out, glued or cut. */
function generated(random: () => number): string {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  if (random() < 0.1) return Array.from({ length: 1 + Math.floor(random() * 9) }, () => pick(WORDS)).join("/");
  const levels = [...pick(WELL_FORMED)];
  for (let change = Math.floor(random() * 3); change > 0; change--) {
    const at = Math.floor(random() * (levels.length + 1));
    const kind = random();
    if (kind < 0.5) levels[Math.min(at, levels.length - 1)] = pick(WORDS);
    else if (kind < 0.7) levels.splice(at, 0, pick(WORDS));
    else if (kind < 0.85) levels.splice(at, 1);
    else levels.splice(at, 1, `${levels[at] ?? ""}${pick(WORDS)}`);
  }
  return levels.join("/");
}

/** By hand, level by level, with none of the rule's own expressions: may bed-7 say this? */
function isOwnToSay(topic: string): boolean {
  const [root, version, site, branch, a, b, c, d, ...rest] = topic.split("/");
  if (root !== "wardkey" || version !== "v1" || site !== SITE || rest.length > 0) return false;
  if (branch === "m2m") return a === "bed-7" && b === "desk-1" && c === "results" && d === undefined;
  if (branch !== "device" || a !== "bed-7" || b !== "up") return false;
  if (c === "res") return d !== undefined && d.length > 0 && !d.includes("+") && !d.includes("#");
  return d === undefined && (c === "status" || c === "reported" || c === "event");
}

/** By hand: may bed-7 hear this topic? */
function isOwnToHear(topic: string): boolean {
  const levels = topic.split("/");
  const begins = (...words: string[]): boolean => words.every((word, at) => levels[at] === word);
  if (begins("wardkey", "v1", SITE, "device", "bed-7", "down")) return true;
  if (begins("wardkey", "v1", SITE, "all")) return true;
  return levels.length === 7 && begins("wardkey", "v1", SITE, "m2m", "lab-2", "bed-7", "orders");
}

/** MQTT 3.1.1, 4.7. */
function matches(filter: string, topic: string): boolean {
  const [wanted, levels] = [filter.split("/"), topic.split("/")];
  if (topic.startsWith("$") && (wanted[0] === "#" || wanted[0] === "+")) return false;
  for (const [at, level] of wanted.entries()) {
    if (level === "#") return levels.length >= at;
    if (at >= levels.length || (level !== "+" && level !== levels[at])) return false;
  }
  return wanted.length === levels.length;
}

/** Topics in which something may be said at this site or another: what a filter must not reach unless it is bed-7's. */
const SAID = [SITE, "st-john"].flatMap((site) => [
  ...["bed-7", "bed-8", "bed-77"].flatMap((id) => [
    topics.status(site, id),
    topics.reported(site, id),
    topics.event(site, id),
    topics.response(site, id, "r-1"),
    topics.desired(site, id),
    topics.risk(site, id),
    topics.nudge(site, id),
    topics.acknowledgement(site, id),
    topics.command(site, id, "r-1"),
  ]),
  topics.all(site, "policy"),
  topics.all(site, "deny-list"),
  topics.m2m(site, { from: "lab-2", to: "bed-7", channel: "orders" }),
  topics.m2m(site, { from: "lab-2", to: "bed-7", channel: "results" }),
  topics.m2m(site, { from: "lab-2", to: "bed-8", channel: "orders" }),
  topics.m2m(site, { from: "bed-7", to: "desk-1", channel: "results" }),
  "$SYS/broker/clients",
  "$CONTROL/dynamic-security/v1",
]);

describe("row 13: the topic rule", () => {
  it("lets none of a million generated topics and filters cross", () => {
    const random = numbers(13);
    const crossed: string[] = [];
    const seen = { published: 0, subscribed: 0 };
    const filters = grantFilters(grant);
    for (let count = 0; count < 1_000_000; count++) {
      const topic = generated(random);
      if (mayPublish(grant, topic)) {
        seen.published += 1;
        if (!isOwnToSay(topic)) crossed.push(`publish ${topic}`);
        if (!filters.publish.some((filter) => matches(filter, topic))) crossed.push(`not among the rights ${topic}`);
      }
      if (maySubscribe(grant, topic)) {
        seen.subscribed += 1;
        for (const said of SAID) if (matches(topic, said) && !isOwnToHear(said)) crossed.push(`${topic} hears ${said}`);
      }
    }
    expect(crossed).toEqual([]);
    expect([seen.published > 10_000, seen.subscribed > 10_000]).toEqual([true, true]);
  }, 120_000);

  it("draws the same border in the rights that outside brokers are given", () => {
    const { publish, subscribe } = grantFilters(grant);
    for (const said of SAID) {
      expect([said, publish.some((filter) => matches(filter, said))]).toEqual([said, mayPublish(grant, said)]);
      expect([said, subscribe.some((filter) => matches(filter, said))]).toEqual([said, isOwnToHear(said)]);
      expect([said, maySubscribe(grant, said)]).toEqual([said, isOwnToHear(said)]);
    }
  });

  it("reads back what the builders write", () => {
    expect(parseUpTopic(topics.response(SITE, "bed-7", "r-1"))).toEqual({
      site: SITE,
      device: "bed-7",
      leaf: "res",
      request: "r-1",
    });
    expect(parseUpTopic(topics.event(SITE, "bed-7"))).toEqual({ site: SITE, device: "bed-7", leaf: "event" });
    expect(parseUpTopic(topics.desired(SITE, "bed-7"))).toBeUndefined();
  });
});

describe("what a broker keeps for a device", () => {
  it("is two topics, whatever request ids it invents", () => {
    const said = ["status", "reported", "event"] as const;
    expect(said.map((leaf) => mayRetain(topics[leaf](SITE, "bed-7")))).toEqual([true, true, false]);
    const others = [
      topics.response(SITE, "bed-7", "r-1"),
      topics.m2m(SITE, { from: "bed-7", to: "desk-1", channel: "results" }),
    ];
    expect(others.map(mayRetain)).toEqual([false, false]);
  });
});
