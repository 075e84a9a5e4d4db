import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

// `npm run test:large`: what needs Debian's brokers and PostgreSQL, one file after the other.
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [], projects: undefined } },
  defineConfig({
    test: {
      include: ["{fleet,edge,scripts}/**/*.large.test.ts"],
      exclude: ["**/node_modules/**", "**/dist/**"],
      fileParallelism: false,
      testTimeout: 60_000,
      hookTimeout: 180_000,
    },
  }),
);
