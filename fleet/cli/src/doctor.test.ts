import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "./testing/test-site.js";

let agent = "";
beforeEach(async () => {
  agent = await mkdtemp(join(tmpdir(), "wardkey-cli-doctor-"));
});
afterEach(() => rm(agent, { recursive: true, force: true }));

/** An agent whose doctor prints this. */
async function installed(prints: string): Promise<void> {
  await mkdir(join(agent, "dist/doctor"), { recursive: true });
  await writeFile(join(agent, "package.json"), '{ "type": "module" }');
  await writeFile(join(agent, "dist/doctor/main.js"), `process.stdout.write(${JSON.stringify(prints)});`);
}

const check = (status: string, code: string, mend: string | null) => ({
  id: "camera",
  status,
  code,
  says: "So.",
  mend,
});
const report = (...checks: object[]) => ({ v: 1, healthy: !JSON.stringify(checks).includes("wrong"), checks });

describe("wardkey doctor", () => {
  it("prints what the agent on this machine found, and exits with 0 when nothing is wrong", async () => {
    await installed(JSON.stringify(report(check("ok", "ok", null), check("warning", "slow", "Wait."))));
    const { code, out } = await run(["doctor", "--agent", agent]);
    expect([code, out.trim().split("\n")]).toEqual([
      0,
      ["ok       camera: So.", "warning  camera: So. [slow]", "         Wait.", "Nothing is wrong."],
    ]);
  });

  it("exits with 1 when something is wrong, and prints one line of JSON where that is wanted", async () => {
    const found = report(check("wrong", "camera-missing", "Plug it in."));
    await installed(JSON.stringify(found));
    const asked = await run(["--json", "doctor", "--agent", agent, "--config", "/etc/a.json"]);
    expect([asked.code, asked.json(), asked.err]).toEqual([1, found, ""]);
  });

  it("says that no agent is here, or that it said something strange", async () => {
    expect(await run(["doctor", "--agent", agent])).toMatchObject({
      code: 1,
      err: expect.stringContaining("[agent-not-here]"),
    });
    await installed("Segmentation fault");
    expect(await run(["doctor", "--agent", agent])).toMatchObject({
      code: 1,
      err: expect.stringContaining("[agent-not-understood]"),
    });
  });
});
