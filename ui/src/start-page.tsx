import { type ComponentType, StrictMode } from "react";
import { createRoot } from "react-dom/client";

declare global {
  // zod reads its settings here before its first schema is made.
  var __zod_globalConfig: { jitless?: boolean } | undefined;
}

/**
 * Renders a page into `#root`. The page itself is loaded afterwards, because two libraries must first be told that the
 * content policy admits neither `eval` (zod's compiled parsers) nor inline styles (react-aria's pressable rule, which
 * base.css carries instead).
 */
export async function startPage(load: () => Promise<ComponentType>): Promise<void> {
  globalThis.__zod_globalConfig = { ...globalThis.__zod_globalConfig, jitless: true };
  const marker = document.createElement("meta");
  marker.id = "react-aria-pressable-style";
  document.head.append(marker);

  const Page = await load();
  const root = document.getElementById("root");
  if (root === null) throw new Error("the page has no #root");
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  );
}
