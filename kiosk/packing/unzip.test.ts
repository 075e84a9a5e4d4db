import { describe, expect, it } from "vitest";
import { simulatedZip } from "./testing/simulated-release.js";
import { readZip } from "./unzip.js";

const entries = [
  { path: "electron", data: Buffer.from("binary ".repeat(100)), mode: 0o100755 },
  { path: "locales/", data: Buffer.from(""), mode: 0o040755 },
  { path: "locales/it.pak", data: Buffer.from("parole") },
  { path: "version", data: Buffer.from("45.4.1") },
];

describe("a release's archive", () => {
  it("is listed with its files, their bytes and what may run", () => {
    const read = readZip(simulatedZip(entries));
    expect(read.ok ? read.entries.map(({ data, ...entry }) => ({ ...entry, data: data().toString() })) : read).toEqual([
      { path: "electron", executable: true, data: "binary ".repeat(100) },
      { path: "locales/it.pak", executable: false, data: "parole" },
      { path: "version", executable: false, data: "45.4.1" },
    ]);
  });

  it.each([
    ["zip-malformed", Buffer.from("no archive")],
    ["zip-malformed", simulatedZip(entries).subarray(40)],
    ["zip-unsafe-path", simulatedZip([{ path: "../../etc/cron.d/kiosk", data: Buffer.from("") }])],
    ["zip-unsafe-path", simulatedZip([{ path: "/etc/cron.d/kiosk", data: Buffer.from("") }])],
    ["zip-unsafe-path", simulatedZip([{ path: "..\\kiosk", data: Buffer.from("") }])],
    ["zip-unsupported", simulatedZip([{ path: "lib", data: Buffer.from("/etc"), mode: 0o120777 }])],
  ] as const)("is refused with %s", (code, zip) => {
    expect(readZip(zip)).toEqual({ ok: false, code });
  });
});
