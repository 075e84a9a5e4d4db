/** Stands in for PowerShell in a Windows session: a node process that speaks the helper's words and keeps a desktop. */
const SIMULATED = `
const say = (word) => process.stdout.write(word + "\\n");
let mode = process.argv[1];
let locked = mode === "locked";
if (locked || mode === "mistaken") say("locked");
say("ready");
require("node:readline").createInterface({ input: process.stdin })
  .on("line", (line) => {
    if (line !== "lock") return;
    if (mode === "dies") process.exit(1);
    if (mode === "refuses") return say("refused");
    if (locked) return;
    locked = true;
    say("locked");
    if (mode !== "reconnects") return;
    [locked, mode] = [false, "open"];
    setTimeout(() => say("connected"), 20);
  })
  .on("close", () => process.exit(0));
`;

/**
 * `dies`: ends whenever it is told to lock. `mistaken`: says that it is locked and is not. `reconnects`: is locked, taken
 * away and given back unlocked, once.
 */
export const simulatedHelper = (mode: "open" | "locked" | "refuses" | "dies" | "mistaken" | "reconnects" = "open") => ({
  command: process.execPath,
  args: ["-e", SIMULATED, mode],
});
