import { afterEach, describe, expect, it } from "vitest";
import { systemClock, systemTimers } from "../../time.js";
import type { LockerEvent } from "../ports.js";
import { PursuingLocker } from "../pursuing-locker.js";
import { simulatedHelper } from "../testing/simulated-helper.js";
import { until } from "../testing/until.js";
import { HelperTarget } from "./helper-target.js";
import { sessionHelper } from "./session-helper.js";

const time = { clock: systemClock, timers: systemTimers };

let locker: PursuingLocker;
let heard: LockerEvent[];
let reached: number;
/** How often Windows said that it is locked. */
let locks: number;

async function open(mode: Parameters<typeof simulatedHelper>[0]): Promise<void> {
  const target = new HelperTarget(simulatedHelper(mode), time);
  locker = new PursuingLocker({ target, ...time });
  [heard, reached, locks] = [[], 0, 0];
  target.on(({ type }) => {
    if (type === "reached") reached++;
    if (type === "locked") locks++;
  });
  locker.on((event) => heard.push(event));
  await locker.start();
}

const troubles = () => heard.flatMap((event) => (event.type === "trouble" ? [event.code] : []));

// PowerShell itself was not run: there is no Windows here. What is given to it is looked at.
describe("the helper in a Windows session", () => {
  const { command, args } = sessionHelper();
  const script = Buffer.from(args.at(-1) ?? "", "base64").toString("utf16le");

  it("is PowerShell with a script that comes along, from no file and with nobody's profile", () => {
    expect(command).toBe("powershell.exe");
    expect(args.slice(0, -1)).toEqual([
      "-NoLogo",
      "-NoProfile",
      "-NonInteractive",
      "-ExecutionPolicy",
      "Bypass",
      "-EncodedCommand",
    ]);
    // A command line on Windows has 32,767 characters at most.
    expect([command, ...args].join(" ").length).toBeLessThan(32_000);
  });

  it("locks by LockWorkStation, and says what SessionSwitch tells", () => {
    for (const word of ["LockWorkStation", "SessionSwitch", "'SessionLock'", "'SessionUnlock'", "'ready'", "'lock'"]) {
      expect(script).toContain(word);
    }
  });

  it("takes no session that was connected anew for locked", () => {
    for (const reason of ["ConsoleConnect", "RemoteConnect"]) {
      expect(script).toContain(`'${reason}' { [Console]::Out.WriteLine('connected') }`);
    }
  });
});

describe("a simulated Windows session", () => {
  afterEach(() => locker.stop());

  it("that is locked already when the agent starts is known to be", async () => {
    await open("locked");
    await until(() => reached === 1);
    locker.unlock({ staffId: "anna", freshUntil: systemClock.monotonic() + 20_000 });
    await until(() => !locker.locked);
    expect(troubles().at(-1)).toBe("unlock-elsewhere");
  });

  it.each([
    ["says that it is locked and is not", "mistaken"],
    ["was connected anew, unlocked, after it was locked", "reconnects"],
  ] as const)("that %s is locked all the same", async (_what, mode) => {
    await open(mode);
    await until(() => locks === 2);
    // It could not be reached before its helper was ready, and nothing else was amiss.
    expect([locker.locked, troubles()]).toEqual([true, ["lock-target-away", null]]);
  });

  it("that does not let itself be locked is told of", async () => {
    await open("refuses");
    await until(() => troubles().includes("lock-refused"));
    expect(locker.locked).toBe(true);
  });

  it("whose helper dies is looked for again, and locked by the next one", async () => {
    await open("dies");
    await until(() => reached > 1 && troubles().includes("lock-target-away"));
    expect(locker.locked).toBe(true);
  });
});
