import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FilterTree, TopicTree } from "./topic-trees.js";

/** MQTT 3.1.1, 4.7, word by word. */
function matches(filter: readonly string[], topic: readonly string[]): boolean {
  if (topic[0]?.startsWith("$") && (filter[0] === "#" || filter[0] === "+")) return false;
  for (const [at, level] of filter.entries()) {
    if (level === "#") return topic.length >= at;
    if (at >= topic.length) return false;
    if (level !== "+" && level !== topic[at]) return false;
  }
  return filter.length === topic.length;
}

const topic = fc.array(fc.constantFrom("a", "b", "", "$s"), { minLength: 1, maxLength: 4 });
const filter = fc
  .tuple(fc.array(fc.constantFrom("a", "b", "+", "", "$s"), { maxLength: 4 }), fc.constantFrom("#", "+", "a", ""))
  .map(([levels, last]) => [...levels, last]);

describe("the trees of topics and filters", () => {
  it("match as MQTT 3.1.1 says, and forget what was taken out", () => {
    fc.assert(
      fc.property(fc.array(topic, { maxLength: 10 }), fc.array(filter, { maxLength: 10 }), (topics, filters) => {
        const retained = new TopicTree<string>();
        const subscribed = new FilterTree<string>();
        const text = (levels: readonly string[]): string => levels.join("/");
        for (const one of topics) retained.set(text(one), text(one));
        for (const one of filters) subscribed.set(text(one), "me", text(one));
        for (const one of filters) {
          const expected = new Set(topics.filter((each) => matches(one, each)).map(text));
          expect(new Set(retained.match(text(one)))).toEqual(expected);
        }
        for (const one of topics) {
          const expected = new Set(filters.filter((each) => matches(each, one)).map(text));
          expect(new Set(subscribed.match(text(one)))).toEqual(expected);
        }
        for (const one of topics) retained.delete(text(one));
        for (const one of filters) subscribed.delete(text(one), "me");
        expect([[...retained.match("#")], subscribed.size, subscribed.match("a/b")]).toEqual([[], 0, []]);
      }),
      { numRuns: 500 },
    );
  });
});
