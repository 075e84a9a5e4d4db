/** Stands in for PowerShell in a Windows session: a node process that speaks the helper's words and keeps a desktop. */
const SIMULATED = `
const say = (word) => process.stdout.write(word + "\\n");
const mode = process.argv[1];
let locked = mode === "locked";
if (locked) say("locked");
say("ready");
require("node:readline").createInterface({ input: process.stdin })
  .on("line", (line) => {
    if (line !== "lock") return;
    if (mode === "dies") process.exit(1);
    if (mode === "refuses") return say("refused");
    if (!locked) { locked = true; say("locked"); }
  })
  .on("close", () => process.exit(0));
`;

/** `dies`: ends whenever it is told to lock. */
export const simulatedHelper = (mode: "open" | "locked" | "refuses" | "dies" = "open") => ({
  command: process.execPath,
  args: ["-e", SIMULATED, mode],
});
