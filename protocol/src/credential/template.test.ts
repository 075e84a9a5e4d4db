import { format, inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { OpaqueTemplate } from "./template.js";

describe("a template", () => {
  it("prints as [template] wherever it is printed", () => {
    const template = new OpaqueTemplate(new Uint8Array(412).fill(0xab));
    const printed = [
      String(template),
      `${template}`,
      JSON.stringify({ template }),
      inspect(template),
      inspect({ deep: { template } }, { depth: 9, showHidden: true }),
      format("%s %o %j", template, template, template),
    ];
    for (const text of printed) {
      expect(text).toContain("[template]");
      expect(text).not.toMatch(/ab|171/i);
    }
    expect(Object.keys(template)).toEqual([]);
  });

  it("keeps a copy of its own, and after it was overwritten nothing", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const template = new OpaqueTemplate(bytes);
    bytes.fill(0);
    expect(template.copy()).toEqual(Uint8Array.of(1, 2, 3));
    template.overwrite();
    expect(() => template.copy()).toThrow(expect.objectContaining({ code: "template-erased" }));
    expect(() => template.digest()).toThrow(expect.objectContaining({ code: "template-erased" }));
  });

  it("has 1 to 1,024 bytes", () => {
    for (const size of [0, 1_025]) {
      expect(() => new OpaqueTemplate(new Uint8Array(size))).toThrow(
        expect.objectContaining({ code: "template-size" }),
      );
    }
    expect(new OpaqueTemplate(new Uint8Array(1_024)).size).toBe(1_024);
  });
});
