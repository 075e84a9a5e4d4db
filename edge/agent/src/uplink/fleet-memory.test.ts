import type { DenyListBody } from "@wardkey/protocol/fleet";
import { describe, expect, it } from "vitest";
import { FleetMemory } from "./fleet-memory.js";

const list = (denyEpoch: number, change: Partial<DenyListBody> = {}): DenyListBody => ({
  denyEpoch,
  devices: [],
  holders: [],
  serials: [],
  ...change,
});
const gap = { after: 10, before: 1_000 };

function told(...lists: DenyListBody[]): FleetMemory {
  let memory = FleetMemory.from(null);
  // Written and read again in between, as over restarts.
  for (const body of lists) {
    memory.deny(body.denyEpoch, body);
    memory = FleetMemory.from(JSON.parse(JSON.stringify(memory)));
  }
  return memory;
}

describe("a deny-list of a fleet that was restored from a backup", () => {
  it("leaves denied who was denied after the backup, until a list comes without a gap", () => {
    const before = list(12, { holders: ["anna", "bruno"], devices: ["bed-7"], serials: ["aa"] });
    const restored = list(1_000, { holders: ["anna"], gap });
    const more = list(1_001, { holders: ["anna", "clara"], gap });
    const reviewed = list(1_002, { holders: ["anna", "clara"] });
    const holders = (memory: FleetMemory): string[] => [...memory.deniedHolders].sort();
    expect(holders(told(before, restored))).toEqual(["anna", "bruno"]);
    expect(holders(told(before, restored, more))).toEqual(["anna", "bruno", "clara"]);
    expect(holders(told(before, restored, more, reviewed))).toEqual(["anna", "clara"]);
    expect(told(before, restored, more).standing("bed-7", [])).toBe("denied");
    expect(told(before, restored, more).standing("bed-8", ["aa"])).toBe("denied");
    expect(told(before, restored, more, reviewed).standing("bed-7", ["aa"])).toBe("active");
  });

  it("lets go of whom the fleet had let in again before the backup", () => {
    const memory = told(list(9, { holders: ["anna"] }), list(1_000, { gap }));
    expect([...memory.deniedHolders]).toEqual([]);
  });

  it("does not speak of an identity that was made since", () => {
    const memory = told(list(12, { devices: ["bed-7"] }));
    memory.readmitted();
    memory.deny(1_000, list(1_000, { gap }));
    expect(memory.standing("bed-7", [])).toBe("active");
    const later = told(list(12, { devices: ["bed-7"] }), list(1_000, { gap }));
    later.readmitted();
    later.deny(1_001, list(1_001, { gap }));
    expect(later.standing("bed-7", [])).toBe("active");
  });
});
