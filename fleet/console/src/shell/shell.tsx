import { Outlet } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import { useWords } from "../words.js";
import { LiveProvider } from "./live.js";
import { Navigation } from "./navigation.js";
import { OutcomeProvider } from "./outcomes.js";

/** What stays while one goes from page to page. */
export function Shell(): ReactNode {
  const { t } = useWords();
  const main = useRef<HTMLElement>(null);
  return (
    <LiveProvider>
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        {t("shell.skip")}
      </button>
      <div className="shell">
        <Navigation />
        <main className="content" ref={main} tabIndex={-1}>
          <OutcomeProvider>
            <Outlet />
          </OutcomeProvider>
        </main>
      </div>
    </LiveProvider>
  );
}
