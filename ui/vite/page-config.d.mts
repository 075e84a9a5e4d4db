import type { UserConfig } from "vite";

/** Vite's settings that the three pages share: relative addresses, workspace sources, no inlined asset. Both paths absolute. */
export function pageConfig(paths: { root: string; outDir: string }): UserConfig;
