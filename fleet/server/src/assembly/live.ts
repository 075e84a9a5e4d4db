import { LIVE_TOPICS } from "@wardkey/protocol/fleet";
import { createLive, type Live, topicsOfKind } from "../live/index.js";
import { FOLLOW_EVERY } from "./leadership.js";
import type { World } from "./world.js";

/** Open pages hear of what this server does, and, where several servers share a database, look as often as it is followed. */
export function openLive(world: World): Live {
  const { config, timers } = world;
  const live = createLive({ after: timers.after.bind(timers), run: world.newId() });
  if (config.database.kind === "postgres") {
    const look = (): (() => void) =>
      timers.after(FOLLOW_EVERY, () => {
        for (const topic of LIVE_TOPICS) live.tell(topic);
        off = look();
      });
    let off = look();
    world.closing(async () => off());
  }
  return live;
}

/** Everything that becomes durable is an event first, so that nobody else has to tell of it. */
export const tellOfEvents =
  (live: Live) =>
  (_events: number, kinds: ReadonlySet<string>): void => {
    for (const kind of kinds) for (const topic of topicsOfKind(kind)) live.tell(topic);
  };
