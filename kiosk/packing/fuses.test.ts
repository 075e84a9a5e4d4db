import { describe, expect, it } from "vitest";
import { FUSES, readFuses, setFuses } from "./fuses.js";
import { simulatedBinary } from "./testing/simulated-release.js";

const asShipped = "101100011";
const asWanted = Object.fromEntries(FUSES);

describe("the fuses of a binary", () => {
  it("are set as a locked screen needs them, and nothing else of it changes", () => {
    const binary = simulatedBinary(asShipped);
    const before = Buffer.from(binary);
    expect(setFuses(binary)).toEqual({ ok: true, fuses: asWanted });
    expect(readFuses(binary)).toEqual({ ok: true, fuses: asWanted });
    const changed = [...binary.keys()].filter((at) => binary[at] !== before[at]);
    expect(changed).toHaveLength([...asShipped].filter((each, at) => (each === "1") !== FUSES[at]?.[1]).length);
  });

  it("let no script, option, debugger or folder in", () => {
    expect(asWanted).toMatchObject({ runAsNode: false, nodeOptions: false, nodeCliInspect: false });
    expect(asWanted).toMatchObject({ onlyLoadAppFromAsar: true, grantFileProtocolExtraPrivileges: false });
  });

  it("that this Electron removed stay removed", () => {
    expect(setFuses(simulatedBinary("1011r0011"))).toEqual({
      ok: true,
      fuses: { ...asWanted, embeddedAsarIntegrityValidation: "removed" },
    });
  });

  it.each([
    ["fuses-not-found", Buffer.from("an ordinary program")],
    ["fuses-ambiguous", Buffer.concat([simulatedBinary(asShipped), simulatedBinary(asShipped)])],
    ["fuses-version", simulatedBinary(asShipped, 2)],
    ["fuses-unknown", simulatedBinary("10110001")],
    ["fuses-unknown", simulatedBinary("1011000111")],
    ["fuses-unknown", simulatedBinary("1011000x1")],
    ["fuses-unknown", simulatedBinary(asShipped).subarray(0, -12)],
  ] as const)("are refused with %s where they are not as expected", (code, binary) => {
    expect(setFuses(Buffer.from(binary))).toEqual({ ok: false, code });
  });
});
