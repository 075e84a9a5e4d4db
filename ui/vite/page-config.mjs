import react from "@vitejs/plugin-react";
import { defaultClientConditions } from "vite";

export function pageConfig({ root, outDir }) {
  return {
    root,
    base: "./",
    plugins: [react()],
    resolve: { conditions: ["wardkey-source", ...defaultClientConditions] },
    build: {
      outDir,
      emptyOutDir: true,
      // The pages' content policy admits no data: address, so every font and picture stays a file.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      target: ["chrome123", "firefox121", "safari17.5"],
    },
  };
}
