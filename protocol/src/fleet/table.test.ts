import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HolderTable, MAX_TABLE_WINDOWS, PREFIX_BYTES } from "./table.js";
import { encodeHolderTable, type HolderTableInput, TableWriter } from "./table-writer.js";

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });

const inputs: fc.Arbitrary<HolderTableInput> = fc
  .record({ firstWindow: fc.integer({ min: 0, max: 2_000_000 }), windows: fc.integer({ min: 1, max: 12 }) })
  .chain(({ firstWindow, windows }) =>
    fc
      .uniqueArray(
        fc.record({
          staffId: fc.stringMatching(/^[a-z0-9-]{1,63}$/),
          epoch: fc.integer({ min: 2, max: 1_000 }),
          current: bytes(32),
          former: fc.option(bytes(32)),
          prefixes: bytes(windows * PREFIX_BYTES),
        }),
        { selector: (holder) => holder.staffId, maxLength: 20 },
      )
      .map((holders) => ({
        firstWindow,
        windows,
        holders: holders.map(({ staffId, epoch, current, former, prefixes }) => ({
          staffId,
          epoch,
          templateKeys: [{ epoch, key: current }, ...(former === null ? [] : [{ epoch: epoch - 1, key: former }])],
          prefixes,
        })),
      })),
  );

const parseOf = (input: Uint8Array): HolderTable | string => {
  try {
    return HolderTable.parse(input);
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "not coded";
  }
};

describe("the holder table", () => {
  it("finds every holder by each of its prefixes, with its keys", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const table = HolderTable.parse(encodeHolderTable(input));
        expect(table.size).toBe(input.holders.length);
        for (const holder of input.holders) {
          for (let offset = 0; offset < input.windows; offset += 1) {
            const prefix = holder.prefixes.subarray(offset * PREFIX_BYTES, (offset + 1) * PREFIX_BYTES);
            const found = table.find(Uint8Array.from([...prefix, 1, 2, 3, 4, 5, 6, 7, 8]), input.firstWindow + offset);
            expect(found?.window).toBe(input.firstWindow + offset);
            // Random prefixes of eight bytes may only meet by fast-check's fondness for zeros: then the first one wins.
            const same = input.holders.find(({ prefixes }) =>
              prefixes
                .subarray(offset * PREFIX_BYTES, (offset + 1) * PREFIX_BYTES)
                .every((byte, at) => byte === prefix[at]),
            );
            expect(found?.holder.staffId).toBe(same?.staffId);
          }
          const known = table.holder(holder.staffId);
          expect(holder.templateKeys.map(({ epoch }) => known?.templateKey(epoch))).toEqual(
            holder.templateKeys.map(({ key }) => key),
          );
          expect(known?.templateKey(holder.epoch + 1)).toBeNull();
        }
      }),
    );
  });

  it("takes an identifier in its own window and the two beside it, in no other", () => {
    const prefixes = Uint8Array.from({ length: 5 * PREFIX_BYTES }, (_, at) => at + 1);
    const table = HolderTable.parse(
      encodeHolderTable({ firstWindow: 100, windows: 5, holders: [holderOf("anna", prefixes)] }),
    );
    const identifier = prefixes.subarray(2 * PREFIX_BYTES, 3 * PREFIX_BYTES);
    const found = [99, 100, 101, 102, 103, 104, 105].map((window) => table.find(identifier, window)?.window ?? null);
    expect(found).toEqual([null, null, 102, 102, 102, null, null]);
    expect(table.endsAt).toBe(105 * 900);
  });

  it("knows nobody by a short or unknown identifier, nor outside its windows", () => {
    const table = HolderTable.parse(
      encodeHolderTable({ firstWindow: 7, windows: 1, holders: [holderOf("anna", new Uint8Array(8).fill(9))] }),
    );
    expect(table.find(new Uint8Array(7).fill(9), 7)).toBeNull();
    expect(table.find(new Uint8Array(16), 7)).toBeNull();
    expect(table.find(new Uint8Array(8).fill(9), 70)).toBeNull();
    expect(table.find(new Uint8Array(8).fill(9), Number.NaN)).toBeNull();
  });

  it("refuses every cut, every longer table and every other format with one code", () => {
    const whole = encodeHolderTable({ firstWindow: 7, windows: 2, holders: [holderOf("anna", new Uint8Array(16))] });
    for (let length = 0; length < whole.length; length += 1) {
      expect(parseOf(whole.subarray(0, length))).toBe("table-malformed");
    }
    expect(parseOf(Uint8Array.from([...whole, 0]))).toBe("table-malformed");
    for (const at of [0, 1, 2, 3, 4, 5, 6, 15, 16, 17, 18]) {
      const changed = Uint8Array.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      expect(parseOf(changed)).toBe("table-malformed");
    }
  });

  it("ends random bytes in a table or in its one code", () => {
    const framed = bytes(19).chain((header) =>
      fc.uint8Array({ maxLength: 300 }).map((rest) => {
        const made = Uint8Array.from([...header, ...rest]);
        made.set([0x57, 0x4b, 0x48, 0x54, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0]);
        return made;
      }),
    );
    fc.assert(
      fc.property(framed, (made) => {
        const parsed = parseOf(made);
        expect(parsed === "table-malformed" || parsed instanceof HolderTable).toBe(true);
      }),
    );
  });

  it("refuses to write what it would not read", () => {
    const windows = { firstWindow: 7, windows: 1 };
    const holder = holderOf("anna", new Uint8Array(8));
    const wrong: HolderTableInput[] = [
      { ...windows, holders: [holder, holder] },
      { ...windows, holders: [holderOf("Anna", new Uint8Array(8))] },
      { ...windows, holders: [holderOf("anna", new Uint8Array(7))] },
      { ...windows, holders: [{ ...holder, epoch: 2 }] },
      { ...windows, holders: [{ ...holder, epoch: 0, templateKeys: [] }] },
      { ...windows, holders: [{ ...holder, templateKeys: [{ epoch: 1, key: new Uint8Array(31) }] }] },
      { firstWindow: 7, windows: 0, holders: [] },
      { firstWindow: 7, windows: MAX_TABLE_WINDOWS + 1, holders: [] },
      { firstWindow: -1, windows: 1, holders: [] },
    ];
    for (const input of wrong) {
      expect(() => encodeHolderTable(input)).toThrow(expect.objectContaining({ code: "table-malformed" }));
    }
  });

  it("knows who has no face by the missing key, and finds them like anybody", () => {
    const prefixes = new Uint8Array(8).fill(9);
    const without = { staffId: "bo", epoch: 3, templateKeys: [], prefixes: new Uint8Array(8).fill(8) };
    const table = HolderTable.parse(
      encodeHolderTable({ firstWindow: 7, windows: 1, holders: [holderOf("anna", prefixes), without] }),
    );
    const bo = table.find(new Uint8Array(8).fill(8), 7)?.holder;
    expect([bo?.staffId, bo?.epoch, bo?.face, bo?.templateKey(3)]).toEqual(["bo", 3, false, null]);
    expect(table.holder("anna")?.face).toBe(true);
  });

  it("is written only when as many holders came as were announced", () => {
    const writer = new TableWriter({ firstWindow: 7, windows: 1, holders: 1 });
    expect(() => writer.bytes()).toThrow(expect.objectContaining({ code: "table-malformed" }));
    writer.add(holderOf("anna", new Uint8Array(8)));
    expect(() => writer.add(holderOf("bo", new Uint8Array(8)))).toThrow(
      expect.objectContaining({ code: "table-malformed" }),
    );
    expect(HolderTable.parse(writer.bytes()).size).toBe(1);
  });

  it("prints no key and forgets everybody once erased", () => {
    const prefixes = new Uint8Array(8).fill(9);
    const table = HolderTable.parse(
      encodeHolderTable({ firstWindow: 7, windows: 1, holders: [holderOf("anna", prefixes)] }),
    );
    const holder = table.find(prefixes, 7)?.holder;
    const key = holder?.templateKey(1);
    expect(key).toEqual(new Uint8Array(32).fill(7));
    expect(inspect([table, holder], { depth: 9 }) + JSON.stringify([table, holder])).not.toMatch(/7, 7|\[7/);
    table.erase();
    expect([table.size, table.find(prefixes, 7), table.holder("anna")]).toEqual([0, null, null]);
    expect(key).toEqual(new Uint8Array(32));
  });
});

function holderOf(staffId: string, prefixes: Uint8Array): HolderTableInput["holders"][number] {
  return { staffId, epoch: 1, templateKeys: [{ epoch: 1, key: new Uint8Array(32).fill(7) }], prefixes };
}
