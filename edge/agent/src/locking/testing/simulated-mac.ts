import type { RunCommand } from "../run-command.js";

/** A simulated Mac: answers the two programs that a locker runs there, and keeps whether its console is locked. */
export class SimulatedMac {
  locked = false;
  obeys = true;
  readonly ran: string[] = [];

  readonly run: RunCommand = async (command, args) => {
    this.ran.push(command);
    if (command === "/usr/bin/osascript" && args.join(" ").includes("SACLockScreenImmediate")) {
      if (this.obeys) this.locked = true;
      return { ok: true, stdout: "" };
    }
    if (command === "/usr/sbin/ioreg") {
      return { ok: true, stdout: `    "IOConsoleLocked" = ${this.locked ? "Yes" : "No"}\n` };
    }
    return { ok: false, stdout: "" };
  };
}
