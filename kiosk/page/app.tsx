import type { NudgeView } from "@wardkey/protocol/screen";
import { LiveRegion, WordsProvider } from "@wardkey/ui";
import type { ReactNode } from "react";
import { announcementOf } from "./announcement.js";
import { useCover } from "./cover-line.js";
import { CueLight } from "./cues/cue-light.js";
import { SoundContext } from "./cues/sound-switch.js";
import { useCues } from "./cues/use-cues.js";
import { CurrentScreen } from "./current-screen.js";
import { NudgeCard } from "./nudge/nudge-card.js";
import { EmergencyFrame } from "./session/emergency-frame.js";
import { useShell } from "./shell-line.js";
import { type Kiosk as KioskState, useKiosk } from "./use-kiosk.js";
import { i18n, useWords } from "./words.js";

export function App(): ReactNode {
  return (
    <WordsProvider i18n={i18n}>
      <Kiosk />
    </WordsProvider>
  );
}

function Nudge({ kiosk, nudge }: { kiosk: KioskState; nudge: NudgeView }): ReactNode {
  const dismiss = (): void => kiosk.send({ type: "nudge-dismiss", nudge: nudge.id });
  return <NudgeCard nudge={nudge} now={kiosk.now} onDismiss={dismiss} />;
}

/** The kiosk's screen: shows the agent's view and decides nothing. */
function Kiosk(): ReactNode {
  const kiosk = useKiosk();
  const { t } = useWords();
  const cues = useCues(kiosk.up);
  useShell(kiosk.up, kiosk.now);
  useCover(kiosk);
  const says =
    kiosk.up === null || kiosk.ways.isOpen || kiosk.glass.isOpen ? null : announcementOf(kiosk.up, kiosk.hourOfDay);
  return (
    <div
      data-state={kiosk.up?.session.state ?? "down"}
      data-ways={kiosk.ways.isOpen || kiosk.glass.isOpen ? "open" : "none"}
      data-enrolment={kiosk.up?.enrolment?.step ?? (kiosk.formOpen ? "form" : "none")}
    >
      <SoundContext value={{ ...cues, offered: kiosk.up !== null && kiosk.up.cues.sound !== "off" }}>
        <EmergencyFrame view={kiosk.up}>
          <CurrentScreen kiosk={kiosk} />
        </EmergencyFrame>
      </SoundContext>
      {kiosk.up?.nudge === undefined ? null : <Nudge kiosk={kiosk} nudge={kiosk.up.nudge} />}
      <CueLight cue={cues.shining} />
      <LiveRegion message={says === null ? "" : t(says.key, says.values)} />
    </div>
  );
}
