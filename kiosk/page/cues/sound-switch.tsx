import { Button } from "@wardkey/ui";
import { Volume2, VolumeX } from "@wardkey/ui/icons";
import { createContext, type ReactNode, useContext } from "react";
import { useWords } from "../words.js";

export interface Sound {
  /** What the policy lets be heard: where it is nothing, there is no switch. */
  readonly offered: boolean;
  readonly muted: boolean;
  readonly setMuted: (muted: boolean) => void;
}

export const SoundContext = createContext<Sound | null>(null);

/** Silences the cues of this kiosk until its page is started anew. */
export function SoundSwitch(): ReactNode {
  const { t } = useWords();
  const sound = useContext(SoundContext);
  if (sound === null || !sound.offered) return null;
  const { muted, setMuted } = sound;
  const Icon = muted ? VolumeX : Volume2;
  return (
    <Button
      kind="quiet"
      className="sound-switch"
      aria-label={t(muted ? "sound.off" : "sound.on")}
      icon={<Icon aria-hidden />}
      onPress={() => setMuted(!muted)}
    >
      {null}
    </Button>
  );
}
