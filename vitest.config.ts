import { defineConfig } from "vitest/config";

const workspaces = "protocol,models,firmware-profiles,ui,fleet,edge,kiosk,scripts";
// Whole processes, browsers and sockets on a machine that others use too: what fails once is tried once more, and the
// report names it ("retry x1"). Nothing else is: a property that fails once has found something.
const wholeProcesses = ["scripts/e2e/**/*.test.ts", "kiosk/page/**/*.test.ts", "scripts/src/bench-*.test.ts"];

// Tests read the workspaces' sources, so that none of them needs a build first.
export default defineConfig({
  resolve: { conditions: ["wardkey-source"] },
  ssr: { resolve: { conditions: ["wardkey-source"], externalConditions: ["wardkey-source"] } },
  test: {
    exclude: ["**/node_modules/**", "**/dist/**", "**/*.large.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "parts",
          include: [`{${workspaces}}/**/*.test.{ts,tsx}`],
          exclude: ["**/node_modules/**", "**/dist/**", "**/*.large.test.ts", ...wholeProcesses],
        },
      },
      { extends: true, test: { name: "whole", include: wholeProcesses, retry: 1 } },
    ],
  },
});
