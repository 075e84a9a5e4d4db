import { PROFILES } from "../profile/index.js";
import type { SessionPorts } from "../session/app/ports.js";
import { ALL_WELL } from "../session/domain/session-world.js";

type Senses = Pick<SessionPorts, "presence" | "taps" | "vision">;
type Needed = Pick<SessionPorts, "clock" | "timers" | "locker">;

/**
 * What a session runs on where nothing stands in anybody's way: the senses simulated, every entry written to a journal that
 * keeps none, every match let in. A test says what is otherwise.
 */
export const runnerPorts = (
  { presence, taps, vision }: Senses,
  given: Needed & Partial<SessionPorts>,
): SessionPorts => ({
  newId: () => "0b9f4c3e-52a1-4f2d-9d7a-6a1f3c9b2e10",
  profile: PROFILES.demo,
  journal: {
    append: async (kind) => ({ ok: true, event: { seq: 1, id: "e", at: 0, kind, body: {}, hash: "" } }),
    note: () => {},
  },
  presence,
  taps,
  vision,
  drawChallenge: () => "blink",
  permit: () => ({ ok: true }),
  cameraAttested: false,
  facts: () => ALL_WELL,
  changed: () => {},
  tapped: () => {},
  ...given,
});
