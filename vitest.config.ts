import { defineConfig } from "vitest/config";

// Tests read the workspaces' sources, so that none of them needs a build first.
export default defineConfig({
  resolve: { conditions: ["wardkey-source"] },
  ssr: { resolve: { conditions: ["wardkey-source"], externalConditions: ["wardkey-source"] } },
  test: {
    include: ["{protocol,models,firmware-profiles,ui,fleet,edge,kiosk,scripts}/**/*.test.{ts,tsx}"],
    exclude: ["**/node_modules/**", "**/dist/**", "**/*.large.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
