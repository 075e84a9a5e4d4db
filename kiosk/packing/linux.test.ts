import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readSettings } from "../main/settings.js";

const linesOf = (name: string): string[] =>
  readFileSync(new URL(`linux/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
const settingOf = (lines: readonly string[], key: string): string | undefined =>
  lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1);

describe("the kiosk's unit", () => {
  const unit = linesOf("wardkey-kiosk.service");

  it("starts the shell with settings that it takes, in production, with Chromium's sandbox", () => {
    const [program, ...argv] = (settingOf(unit, "ExecStart") ?? "").split(" ");
    expect(program).toBe("/usr/lib/wardkey-kiosk/wardkey-kiosk");
    expect(readSettings(argv, {})).toMatchObject({ ok: true, settings: { profile: "production" } });
    expect(unit.join("\n")).not.toContain("sandbox");
  });

  it("starts it again whatever ended it, for ever", () => {
    expect([
      settingOf(unit, "Restart"),
      settingOf(unit, "RestartSec"),
      settingOf(unit, "StartLimitIntervalSec"),
    ]).toEqual(["always", "1", "0"]);
  });

  it("keeps its memory off the disk, and code that somebody names in the environment out", () => {
    expect(settingOf(unit, "LimitCORE")).toBe("0");
    expect(settingOf(unit, "UnsetEnvironment")?.split(" ")).toEqual([
      "NODE_OPTIONS",
      "ELECTRON_RUN_AS_NODE",
      "LD_PRELOAD",
      "LD_LIBRARY_PATH",
    ]);
  });
});

it("the desktop's entry starts the unit, so that there is one way to start and one to end", () => {
  expect(settingOf(linesOf("wardkey-kiosk.desktop"), "Exec")).toBe("systemctl --user start wardkey-kiosk.service");
});
