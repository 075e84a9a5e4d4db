import { checkJournalBody } from "@wardkey/protocol/fleet";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { castOf, kioskOf, WARDS } from "./cast.js";
import { Draws } from "./draws.js";
import { INCIDENTS, journaledIn } from "./incidents.js";
import { type Entry, visitOf } from "./visits.js";
import { type Visit, visitsOf } from "./ward-day.js";

const FROM = Date.UTC(2026, 10, 20, 5);
const seed = fc.integer({ min: 0, max: 2 ** 31 });
/** Session ids in order, so that the same seed tells the same day. */
function counting(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`;
  };
}
const refusedBodies = (entries: readonly Entry[]) =>
  entries.filter(({ kind, body }) => !checkJournalBody(kind, body).ok).map(({ kind, body }) => ({ kind, body }));

function firstVisits(draws: Draws, count: number): Visit[] {
  const people = ["anna-rossi", "bo-li", "chi-ola"];
  const visits = visitsOf(draws, { kiosks: ["k-1", "k-2", "k-3"], people, from: FROM, newId: counting() });
  return Array.from({ length: count }, () => visits.next().value as Visit);
}

describe("a simulated visit", () => {
  it("is journaled as an agent may journal, in the order of time, and ends locked", () => {
    fc.assert(
      fc.property(seed, (from) => {
        const entries = visitOf(new Draws(from), { person: "anna-rossi", at: FROM, newId: counting() });
        expect(refusedBodies(entries)).toEqual([]);
        expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).sort((a, b) => a - b));
        expect([entries[0]?.kind, entries.at(-1)?.kind]).toEqual(["session.near", "session.locked"]);
      }),
    );
  });
});

describe("a simulated ward", () => {
  it("has nobody at two kiosks at once, and no kiosk with two people", () => {
    const visits = firstVisits(new Draws(7), 300);
    const spans = visits.map(({ kiosk, entries }) => ({
      kiosk,
      person: String(entries[0]?.body["staffId" as never]),
      from: entries[0]?.at ?? 0,
      to: entries.at(-1)?.at ?? 0,
    }));
    const clashes = spans.filter((one, at) =>
      spans.slice(at + 1).some((other) => {
        const same = other.person === one.person || other.kiosk === one.kiosk;
        return same && other.from <= one.to && one.from <= other.to;
      }),
    );
    expect(clashes).toEqual([]);
  });

  it("tells the same day by the same seed", () => {
    expect(firstVisits(new Draws(3), 50)).toEqual(firstVisits(new Draws(3), 50));
    expect(firstVisits(new Draws(3), 50)).not.toEqual(firstVisits(new Draws(4), 50));
  });

  it("has somebody break the glass once, at the next visit after a moment, as an agent may journal", () => {
    const emergencyAt = FROM + 3 * 3_600_000;
    const ward = {
      kiosks: ["k-1", "k-2"],
      people: ["anna-rossi", "bo-li"],
      from: FROM,
      emergencyAt,
      newId: counting(),
    };
    const visits = visitsOf(new Draws(9), ward);
    const days = Array.from({ length: 200 }, () => visits.next().value as Visit);
    const broken = days.filter(({ entries }) => entries.some(({ kind }) => kind === "break-glass.opened"));
    expect(broken.map(({ at }) => at)).toEqual([days.find(({ at }) => at >= emergencyAt)?.at]);
    const [entries = []] = broken.map((visit) => visit.entries);
    expect(entries.map(({ kind }) => kind)).toEqual(["break-glass.opened", "session.locked"]);
    expect(refusedBodies(entries)).toEqual([]);
  });

  it("goes on when everybody is busy", () => {
    const visits = visitsOf(new Draws(1), {
      kiosks: ["k-1", "k-2"],
      people: ["anna-rossi"],
      from: FROM,
      newId: counting(),
    });
    expect(Array.from({ length: 20 }, () => visits.next().done)).toEqual(Array(20).fill(false));
  });
});

describe("an incident", () => {
  it.each(INCIDENTS)("%s is journaled as an agent may journal", (incident) => {
    const about = { at: FROM, person: "anna-rossi", newId: counting() };
    const { here, there } = journaledIn(incident, new Draws(5), about);
    expect(refusedBodies([...here, ...there])).toEqual([]);
  });
});

describe("the cast", () => {
  it("has as many names as a site needs, none twice, in every ward", () => {
    const names = castOf(600).map(({ givenName, familyName }) => `${givenName} ${familyName}`);
    expect(new Set(names).size).toBe(600);
    expect(new Set(castOf(40).map(({ ward }) => ward)).size).toBe(WARDS.length);
  });

  it("calls a simulated kiosk one", () => {
    expect(kioskOf(11)).toEqual({
      id: "kiosk-012",
      name: "Simulated kiosk 12",
      ward: "Intensive Care",
      tags: ["simulated", "shared-workstation"],
    });
  });
});
