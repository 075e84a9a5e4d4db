import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { BadgeReaderProfile, bundledProfiles, findBadge, ProfileBundle } from "./index.js";
import { Capture, framesOf } from "./testing/captures.js";

const TITLE = "### A reader that checks a key: an example to copy";

/** What a site copies: the profile and the bytes, as they stand in the documentation. */
const text = await readFile(new URL("../../docs/hardware.md", import.meta.url), "utf8");
const section = text.split(`${TITLE}\n`)[1]?.split(/^#{2,3} /m)[0] ?? "";
const blocks = [...section.matchAll(/^```json\n([^`]*)^```$/gm)].map(([, json]) => JSON.parse(json ?? ""));

describe("the documented reader that checks a key", () => {
  it("has a profile, which a fleet takes as the only one for its device, and bytes that are called assembled", async () => {
    expect(blocks).toHaveLength(2);
    const profile = BadgeReaderProfile.parse(blocks[0]);
    const bytes = Capture.parse(blocks[1]);
    expect([profile.badge.technology, bytes.profile, bytes.origin]).toEqual(["desfire", profile.id, "assembled"]);

    const { profiles, retired } = ProfileBundle.parse({ v: 1, version: 1, profiles: [profile], retired: [] });
    const device = { vendor: 0x09d8, product: 0x0420, name: "TWN4", interface: null, usage: null } as const;
    const verdict = (await bundledProfiles()).with({ profiles, retired }).judge({ ...device, transport: "usb-serial" });
    expect(verdict).toEqual({ use: profile });
  });

  it("reads its badge from these bytes, and none from what no key was checked for", () => {
    const profile = BadgeReaderProfile.parse(blocks[0]);
    const { vectors } = Capture.parse(blocks[1]);
    const replayed = vectors.map((vector) => {
      if ("set" in vector) throw new Error("a reader switches nothing");
      const { found, ...badge } = findBadge(profile, framesOf(vector.frames));
      return { what: vector.what, gives: found === "badge" ? { badge } : found };
    });
    expect(replayed).toEqual(
      vectors.map((vector) => ({ what: vector.what, gives: "gives" in vector && vector.gives })),
    );
    const kinds = vectors.map((vector) =>
      "gives" in vector && typeof vector.gives === "string" ? vector.gives : "badge",
    );
    expect(new Set(kinds)).toEqual(new Set(["badge", "nothing", "damaged"]));
  });

  it("makes no badge of a line that was cut or changed anywhere", () => {
    const profile = BadgeReaderProfile.parse(blocks[0]);
    const { vectors } = Capture.parse(blocks[1]);
    const lines = vectors.flatMap((vector) =>
      "frames" in vector && typeof vector.gives === "object"
        ? [framesOf(vector.frames)["input"] ?? new Uint8Array()]
        : [],
    );
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      for (let length = 0; length < line.length; length++) {
        expect(findBadge(profile, { input: line.subarray(0, length) }).found).not.toBe("badge");
      }
      for (let at = 0; at < line.length; at++) {
        const changed = line.map((byte, index) => (index === at ? byte ^ 1 : byte));
        expect(findBadge(profile, { input: changed }).found).not.toBe("badge");
      }
    }
  });
});
