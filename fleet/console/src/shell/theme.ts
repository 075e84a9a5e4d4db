import { useSyncExternalStore } from "react";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "wardkey.theme";

/** Before anything is drawn: what was chosen in this browser last. */
export function recallTheme(): void {
  try {
    put(themeIn(localStorage.getItem(KEY)));
  } catch {
    // A browser may forbid storage: the machine's own choice then holds.
  }
}

/** The reader's choice of light and dark; `system` follows the machine. The page's root element holds it, for every switch. */
export function useTheme(): { theme: Theme; setTheme: (theme: Theme) => void } {
  return { theme: useSyncExternalStore(watch, current), setTheme };
}

function setTheme(theme: Theme): void {
  put(theme);
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice then lasts as long as the page.
  }
}

function put(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset["theme"];
  else dataset["theme"] = theme;
}

const current = (): Theme => themeIn(document.documentElement.dataset["theme"] ?? null);
const themeIn = (text: string | null): Theme => THEMES.find((each) => each === text) ?? "system";

function watch(changed: () => void): () => void {
  const watcher = new MutationObserver(changed);
  watcher.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => watcher.disconnect();
}
