import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createWorkerAnalyst } from "./worker-analyst.js";

// The worker is a compiled file: this needs the project built, as it is for `npm test`.
const built = existsSync(fileURLToPath(new URL("../../../dist/vision/adapters/worker.js", import.meta.url)));
const nowhere = join(import.meta.dirname, "no-such-registry.json");

/** What keeps this process from ending: each thread that runs holds a port open. */
const threads = (): number => process.getActiveResourcesInfo().filter((each) => each === "MessagePort").length;

describe.runIf(built)("a worker that cannot load its models", () => {
  // Each try loads the whole worker: seconds, where the machine is busy.
  it("leaves no thread behind, however often it is tried", { timeout: 90_000 }, async () => {
    const before = threads();
    const analyst = createWorkerAnalyst({ enforceLiveness: false, registryPath: nowhere });
    for (let tried = 0; tried < 3; tried += 1) {
      await expect(analyst.start()).rejects.toMatchObject({ code: "vision-unavailable" });
    }
    await analyst.stop();
    expect(threads()).toBe(before);
  });

  it("says once that it failed, each time", { timeout: 90_000 }, async () => {
    let failures = 0;
    const analyst = createWorkerAnalyst({ enforceLiveness: false, registryPath: nowhere });
    analyst.onFailure(() => {
      failures += 1;
    });
    for (const tried of [1, 2]) {
      await analyst.start().catch(() => {});
      expect(failures).toBe(tried);
    }
    await analyst.stop();
    expect(failures).toBe(2);
  });
});
