import { days } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PeopleQuery } from "./app/ports.js";
import { StaffBench } from "./testing/staff-bench.js";

let bench: StaffBench;
beforeEach(async () => {
  bench = await StaffBench.open();
  await bench.add("Carla", { familyName: "Bianchi", role: "nurse" });
  await bench.add("Aldo", { familyName: "Verdi", role: "doctor" });
  await bench.add("Bea", { familyName: "Bianchi", role: "nurse", employment: "agency", endsAt: bench.now + days(3) });
  await bench.add("Dino", { familyName: "Abba", role: "nurse", employment: "agency", endsAt: bench.now + days(1) });
});
afterEach(() => bench.close());

const found = async (query: Partial<PeopleQuery>) => {
  const { people, next } = await bench.staff.directory.find({ limit: 10, ...query });
  return { names: people.map(({ givenName }) => givenName), next };
};

describe("a listing of people", () => {
  const orders: readonly [string, Partial<PeopleQuery>, readonly string[]][] = [
    ["by id unless said", {}, ["Aldo", "Bea", "Carla", "Dino"]],
    ["by family name, then given name", { sort: "name" }, ["Dino", "Bea", "Carla", "Aldo"]],
    ["by name from the end", { sort: "name", order: "down" }, ["Aldo", "Carla", "Bea", "Dino"]],
    ["by role", { sort: "role" }, ["Aldo", "Dino", "Bea", "Carla"]],
    ["by the day somebody ends, who has none last", { sort: "ends" }, ["Dino", "Bea", "Aldo", "Carla"]],
    ["who has none last also from the end", { sort: "ends", order: "down" }, ["Bea", "Dino", "Carla", "Aldo"]],
  ];
  it.each(orders)("is ordered %s", async (_how, query, names) => {
    expect(await found(query)).toEqual({ names, next: null });
  });

  it("goes on from any place of any order", async () => {
    expect(await found({ sort: "name", from: 1, limit: 2 })).toEqual({ names: ["Bea", "Carla"], next: null });
  });

  it("goes on after an id where it is ordered by id", async () => {
    expect(await found({ limit: 2 })).toEqual({ names: ["Aldo", "Bea"], next: "bea-bianchi" });
    expect(await found({ limit: 2, after: "bea-bianchi" })).toEqual({ names: ["Carla", "Dino"], next: null });
  });
});
