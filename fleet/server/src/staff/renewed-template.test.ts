import { HolderTable } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StaffBench } from "./testing/staff-bench.js";

let bench: StaffBench;
beforeEach(async () => {
  bench = await StaffBench.open();
});
afterEach(() => bench.close());

/** The template keys of the first epochs, as every kiosk gets them. */
async function keysOf(staffId: string): Promise<readonly (string | null)[]> {
  const holder = HolderTable.parse((await bench.staff.table.current()).bytes).holder(staffId);
  return [1, 2, 3].map((epoch) => {
    const key = holder?.templateKey(epoch) ?? null;
    return key === null ? null : Buffer.from(key).toString("hex");
  });
}

describe("the renewal of a template", () => {
  it("makes another key, and no kiosk is given the old one again: the old template matches nobody anywhere", async () => {
    const staffId = await bench.enrol();
    const [first] = await keysOf(staffId);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    await bench.enrol({ staffId, purpose: "renewal" });
    const [old, second, none] = await keysOf(staffId);
    expect([old, none]).toEqual([null, null]);
    expect(second).toMatch(/^[0-9a-f]{64}$/);
    expect(second).not.toBe(first);
    await bench.restart();
    expect(await keysOf(staffId)).toEqual([null, second, null]);
  });

  it("is a supervised act: without an operator, or by the person alone, nothing changes", async () => {
    const staffId = await bench.enrol();
    const before = await keysOf(staffId);
    const olga = await bench.operator("Olga");
    const itself = { staffId: olga.staffId, givenName: "Olga", operatorCode: olga.code, purpose: "renewal" as const };
    const asked = [
      await bench.begin({ staffId, purpose: "renewal", operatorCode: "00000000" }),
      await bench.begin(itself),
    ];
    expect(asked.map((begun) => (begun.ok ? "ok" : begun.code))).toEqual([
      "operator-code-wrong",
      "operator-own-enrolment",
    ]);
    expect(await keysOf(staffId)).toEqual(before);
  });

  it("that is begun and never finished leaves the old template in force", async () => {
    const staffId = await bench.enrol();
    const before = await keysOf(staffId);
    await bench.grant({ staffId, purpose: "renewal" });
    expect(await keysOf(staffId)).toEqual(before);
  });
});
