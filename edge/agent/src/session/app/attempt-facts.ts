import type { Attempt } from "./attempts.js";
import type { SessionPorts } from "./ports.js";
import type { AttemptFacts } from "./records.js";

/** What the journal is told of an attempt beside the session's own record; `null`: it is over. */
export function factsOf(
  attempt: Attempt | undefined,
  { clock, cameraAttested, profile, presence }: SessionPorts,
): AttemptFacts | null {
  if (attempt === undefined) return null;
  return {
    account: attempt.served ? presence.account() : null,
    monotonic: clock.monotonic(),
    session: attempt.session,
    holder: attempt.holder?.id ?? null,
    ms: clock.monotonic() - attempt.begunAt,
    cameraAttested,
    livenessEnforced: profile.livenessEnforced,
  };
}
