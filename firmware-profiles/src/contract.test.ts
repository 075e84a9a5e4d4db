import { afterAll, describe, expect, it } from "vitest";
import { allHold, answersAs, bundledProfiles, channelsOn, findBadge, hexOf, type Profile, reportFor } from "./index.js";
import { framesOf, readCaptures, type Vector } from "./testing/captures.js";

const captures = await readCaptures();
const { profiles } = await bundledProfiles();
const served = profiles.filter(({ kind }) => kind !== "keyboard-wedge");
const ran = new Map<string, number>();

/** What the product's own recipes make of one recorded exchange. */
function replayed(profile: Profile, vector: Vector): unknown {
  if ("set" in vector) {
    if (profile.kind !== "relay") throw new Error(`${profile.id} switches nothing`);
    const { channel, on, others = [] } = vector.set;
    const report = reportFor(profile, { channel, on, board: new Set(on ? [channel, ...others] : others) });
    return report === null ? null : hexOf(report.bytes);
  }
  const frames = framesOf(vector.frames);
  const { gives } = vector;
  if (typeof gives === "object" && "opens" in gives) {
    return { opens: "open" in profile && allHold(profile.open.required, frames) };
  }
  switch (profile.kind) {
    case "badge-reader": {
      const { found, ...badge } = findBadge(profile, frames);
      return found === "badge" ? { badge } : found;
    }
    case "relay": {
      const on = channelsOn(profile, frames);
      return on === null ? "nothing" : { on: [...on] };
    }
    case "ble-adapter":
    case "camera":
      return { identified: answersAs(profile, frames) };
    case "keyboard-wedge":
      return "nothing";
  }
}

describe.each(served)("the profile of $name", (profile) => {
  const capture = captures.find((each) => each.profile === profile.id);

  it.each(capture?.vectors.map((vector) => [vector.what, vector] as const) ?? [])("reads %s", (_what, vector) => {
    expect(replayed(profile, vector)).toEqual("set" in vector ? vector.sends : vector.gives);
    ran.set(profile.id, (ran.get(profile.id) ?? 0) + 1);
  });

  it("has bytes that it is tested with", () => {
    expect(capture?.vectors.length ?? 0).toBeGreaterThan(1);
  });

  it("makes no other badge of what is cut short", () => {
    if (profile.kind !== "badge-reader") return;
    for (const vector of capture?.vectors ?? []) {
      if ("set" in vector || typeof vector.gives === "string" || !("badge" in vector.gives)) continue;
      const name = profile.badge.identifier.at(-1)?.of ?? "";
      const whole = framesOf(vector.frames);
      const last = whole[name] ?? new Uint8Array();
      for (let length = 0; length < Math.min(last.length, 12); length += 1) {
        const cut = findBadge(profile, { ...whole, [name]: last.subarray(0, length) });
        if (cut.found === "badge") expect(cut.uid).toBe(vector.gives.badge.uid);
      }
    }
  });
});

describe("the profiles together", () => {
  it("call every badge weak that a reader knows by its number alone", () => {
    const readers = profiles.filter((profile) => profile.kind === "badge-reader");
    expect(new Set(readers.map(({ badge }) => badge.technology))).toEqual(new Set(["uid-only"]));
  });

  it("have a capture each, and no capture has no profile", () => {
    expect(captures.map(({ profile }) => profile)).toEqual(served.map(({ id }) => id).sort());
  });
});

afterAll(() => {
  // What was not replayed was not tested: the count is part of the contract.
  const expected = captures.flatMap(({ vectors }) => vectors).length;
  const total = [...ran.values()].reduce((sum, count) => sum + count, 0);
  const overHid = served.filter((profile) => "transport" in profile && profile.transport === "hid").length;
  console.info(`profiles replayed: ${ran.size} (${overHid} over HID), vectors: ${total} of ${expected}`);
  expect({ total, profiles: ran.size }).toEqual({ total: expected, profiles: served.length });
  expect(overHid).toBeGreaterThanOrEqual(12);
});
