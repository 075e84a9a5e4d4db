import { FleetBodies, JournalBodies } from "@wardkey/protocol/fleet";
import { describe, expect, it } from "vitest";
import { CATALOGUES } from "../words.js";
import { periodOf } from "./period.js";
import { bodyLine, kindOptions, kindWords } from "./saying.js";

const t = (key: string, values?: Readonly<Record<string, string | number>>): string =>
  values === undefined ? key : `${key} ${JSON.stringify(values)}`;

describe("an event in words", () => {
  it("says what people read and leaves ids and digests to the event itself", () => {
    const body = { staffId: "anna-rossi", session: crypto.randomUUID(), digest: "d".repeat(43), ms: 800, second: null };
    expect(bodyLine(body, String)).toBe("staffId anna-rossi · ms 800");
  });

  it("says moments as people write them, and leaves counts alone", () => {
    const until = Date.UTC(2026, 10, 23, 6);
    const written = (at: number): string => new Date(at).toISOString();
    expect(bodyLine({ count: 1_000_000_000, until }, written)).toBe(
      "count 1000000000 · until 2026-11-23T06:00:00.000Z",
    );
  });

  it.each(["en", "it", "el"] as const)("is called by words in %s, by its own name where there are none", (language) => {
    const catalogue: Readonly<Record<string, string>> = CATALOGUES[language];
    const words = (key: string): string => catalogue[key]?.replace("{{who}}", "") ?? "";
    expect(kindWords("made.up", words)).toBe("made.up");
    const kinds = [...Object.keys(JournalBodies), ...Object.keys(FleetBodies)];
    const called = kinds.map((kind) => kindWords(kind, words)).filter((name, index) => name !== kinds[index]);
    expect(called.length).toBeGreaterThan(100);
    expect(called.filter((name) => !/^\p{Lu}/u.test(name))).toEqual([]);
  });

  it("can be asked for alone or with its family", () => {
    const values = kindOptions(t).map(({ value }) => value);
    expect(values.indexOf("session.*")).toBe(values.indexOf("session.kept") - 1);
    expect(new Set(values).size).toBe(values.length);
  });
});

describe("a period", () => {
  it("ends now, or is one day, or is none", () => {
    const now = Date.UTC(2026, 10, 23, 5, 0, 30);
    expect(periodOf("hour", now)).toEqual({ from: Date.UTC(2026, 10, 23, 4), to: null });
    const { from, to } = periodOf("2026-11-22", now);
    expect((to ?? 0) - (from ?? 0)).toBe(86_400_000);
    for (const nonsense of [undefined, "", "<script>", "2026-99-99"]) {
      expect(periodOf(nonsense, now)).toEqual({ from: null, to: null });
    }
  });
});
