import type { Settings } from "@wardkey/protocol/policy";
import type { CuesView } from "@wardkey/protocol/screen";

type CueSettings = Pick<Settings, "cue.sound" | "cue.light" | "nudge.quietHours">;

/** Whether the policy wants no sound and no nudge at `at`, a wall time in ms. */
export const isQuietAt = (settings: Pick<CueSettings, "nudge.quietHours">, at: number): boolean =>
  settings["nudge.quietHours"].some((hours) => isWithin(hours, at));

/** What the policy lets be heard and seen at `at`, a wall time in ms: in quiet hours nothing is heard. */
export function cuesAt(settings: CueSettings, at: number): CuesView {
  return { sound: isQuietAt(settings, at) ? "off" : settings["cue.sound"], light: settings["cue.light"] };
}

/** `from` later than `to` spans midnight; the minute of `to` is out. */
function isWithin({ from, to }: CueSettings["nudge.quietHours"][number], at: number): boolean {
  const date = new Date(at);
  const now = date.getHours() * 60 + date.getMinutes();
  const [begin, end] = [minutes(from), minutes(to)];
  return begin <= end ? now >= begin && now < end : now >= begin || now < end;
}

const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
