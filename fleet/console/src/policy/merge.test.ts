import { diff, type PolicyContent, PRODUCTION_SETTINGS } from "@wardkey/protocol/policy";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withDevice, withGroup, withLayerMoved, withoutDevice, withoutGroup, withSetting } from "./edits.js";
import { merge } from "./merge.js";

const start: PolicyContent = {
  v: 1,
  site: "st-mary",
  note: "as it was",
  base: PRODUCTION_SETTINGS,
  groups: { icu: { wards: ["ICU"] }, lab: { tags: ["lab"] } },
  layers: [
    { group: "icu", settings: { "lease.hours": 12 } },
    { group: "lab", settings: { "idle.stays": 1 } },
  ],
  devices: [{ device: "bed-7", settings: { "idle.stays": 0 } }],
};
const BASE = { kind: "base" } as const;
const FIRST = { kind: "layer", index: 0 } as const;

describe("two people's changes", () => {
  it("to different things are both there", () => {
    const mine = withGroup(withSetting(start, BASE, "lease.hours", 8), "theatre", { tags: ["theatre"] });
    const theirs = withSetting(withDevice({ ...start, note: "theirs" }, "bed-9"), FIRST, "idle.stays", 3);
    const merged = merge({ base: start, mine, theirs });
    expect(merged.conflicts).toEqual([]);
    expect(merged.content).toEqual({
      ...start,
      note: "theirs",
      base: { ...PRODUCTION_SETTINGS, "lease.hours": 8 },
      groups: { ...start.groups, theatre: { tags: ["theatre"] } },
      layers: [
        { group: "icu", settings: { "lease.hours": 12, "idle.stays": 3 } },
        start.layers[1],
        { group: "theatre", settings: {} },
      ],
      devices: [...start.devices, { device: "bed-9", settings: {} }],
    });
    expect(merged.kept).toEqual({ mine: 3, theirs: 3 });
  });

  it("to one thing are a conflict, decided by choice", () => {
    const mine = withSetting(start, FIRST, "lease.hours", 6);
    const theirs = withSetting(start, FIRST, "lease.hours", 10);
    const conflict = { path: "layers/icu", setting: "lease.hours", base: 12, mine: 6, theirs: 10 };
    const both = { base: start, mine, theirs };
    const { conflicts, content } = merge(both);
    expect(conflicts).toEqual([{ key: "layers/icu\nlease.hours", ...conflict }]);
    expect(content).toEqual(theirs);
    expect(merge(both, new Map([["layers/icu\nlease.hours", "mine"]])).content).toEqual(mine);
  });

  it("of which one takes away what the other changes are a conflict too", () => {
    const mine = withoutGroup(start, "icu");
    const theirs = withSetting(start, FIRST, "lease.hours", 10);
    const { conflicts } = merge({ base: start, mine, theirs });
    expect(conflicts.map(({ path, setting, mine: my }) => [path, setting, my])).toEqual([
      ["layers/icu", "lease.hours", undefined],
    ]);
    expect(merge({ base: start, mine, theirs }, new Map([["layers/icu\nlease.hours", "mine"]])).content).toEqual(mine);
  });

  it("to the order of layers are one, unless one only added", () => {
    const swapped = withLayerMoved(start, 0, 1);
    const added = withGroup(start, "theatre", { tags: ["theatre"] });
    expect(merge({ base: start, mine: swapped, theirs: added }).content?.layers.map(({ group }) => group)).toEqual([
      "lab",
      "icu",
      "theatre",
    ]);
    const three = withGroup(start, "er", { tags: ["er"] });
    const orders = { base: three, mine: withLayerMoved(three, 0, 1), theirs: withLayerMoved(three, 1, 1) };
    expect(merge(orders).conflicts.map(({ path }) => path)).toEqual(["layers"]);
  });

  it("of which only one changed anything are that one's", () => {
    const edits = fc.array(
      fc.oneof(
        fc.record({ does: fc.constant("lease" as const), to: fc.integer({ min: 1, max: 72 }) }),
        fc.record({
          does: fc.constantFrom("group", "no-group", "device", "no-device", "move"),
          to: fc.nat({ max: 3 }),
        }),
      ),
      { maxLength: 6 },
    );
    const edited = (list: readonly { does: string; to: number }[]): PolicyContent =>
      list.reduce((content, { does, to }) => {
        switch (does) {
          case "lease":
            return withSetting(content, to % 2 === 0 ? BASE : FIRST, "lease.hours", to);
          case "group":
            return withGroup(content, `g-${to}`, { tags: ["x"] });
          case "no-group":
            return withoutGroup(content, ["icu", "lab", "g-0", "g-1"][to] ?? "icu");
          case "device":
            return withDevice(content, `bed-${to}`);
          case "no-device":
            return withoutDevice(content, `bed-${to + 6}`);
          default:
            return withLayerMoved(content, to, 1);
        }
      }, start);
    fc.assert(
      fc.property(edits, edits, (my, their) => {
        const [mine, theirs] = [edited(my), edited(their)];
        const alone = merge({ base: start, mine, theirs: start });
        expect([alone.conflicts, alone.content === null ? null : diff(mine, alone.content)]).toEqual([[], []]);
        const other = merge({ base: start, mine: start, theirs });
        expect([other.conflicts, other.content === null ? null : diff(theirs, other.content)]).toEqual([[], []]);
        // Whatever the two did: the same side everywhere is that side's document where they met.
        const both = merge({ base: start, mine, theirs });
        const chosen = merge({ base: start, mine, theirs }, new Map(both.conflicts.map(({ key }) => [key, "mine"])));
        for (const { key, mine: my } of both.conflicts) {
          const [path = "", setting = ""] = key.split("\n");
          if (path === "base") expect(chosen.content?.base).toMatchObject({ [setting]: my });
        }
      }),
    );
  });
});
