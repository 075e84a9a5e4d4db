import { LiveRegion, WordsProvider } from "@wardkey/ui";
import type { ReactNode } from "react";
import { announcementOf } from "./announcement.js";
import { CurrentScreen } from "./current-screen.js";
import { useKiosk } from "./use-kiosk.js";
import { i18n, useWords } from "./words.js";

export function App(): ReactNode {
  return (
    <WordsProvider i18n={i18n}>
      <Kiosk />
    </WordsProvider>
  );
}

/** The kiosk's screen: shows the agent's view and decides nothing. */
function Kiosk(): ReactNode {
  const kiosk = useKiosk();
  const { t } = useWords();
  const says = kiosk.up === null || kiosk.ways.isOpen ? null : announcementOf(kiosk.up, kiosk.hourOfDay);
  return (
    <div
      data-state={kiosk.up?.session.state ?? "down"}
      data-ways={kiosk.ways.isOpen ? "open" : "none"}
      data-enrolment={kiosk.up?.enrolment?.step ?? (kiosk.formOpen ? "form" : "none")}
    >
      <CurrentScreen kiosk={kiosk} />
      <LiveRegion message={says === null ? "" : t(says.key, says.values)} />
    </div>
  );
}
