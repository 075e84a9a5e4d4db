import { StatusDot, type Tone } from "@wardkey/ui";
import { Radio, Unplug } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useWords } from "../words.js";
import { type LiveState, useLive } from "./live.js";

const TONES: Readonly<Record<LiveState, Tone>> = { connecting: "neutral", live: "ok", lost: "wait" };

/** Whether what is on the screen follows the site by itself. */
export function LiveDot(): ReactNode {
  const { t } = useWords();
  const state = useLive();
  return (
    <p className="live-dot" role="status">
      <StatusDot tone={TONES[state]} icon={state === "lost" ? Unplug : Radio} word={t(`shell.live.${state}`)} />
    </p>
  );
}
