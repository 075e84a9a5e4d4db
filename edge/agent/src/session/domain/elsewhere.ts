import type { Facts, Served, Session, SessionRules, Step } from "./model.js";

/**
 * The phone of who is in says that its owner has come in at another kiosk: one seat at a time, so this one is covered at
 * once. The session waits behind the veil for its owner, who walks up again as at a closed kiosk, until it is idle or
 * somebody locks it. Where the policy has no veil nothing waits: the link that ends with these words locks.
 */
export function wentElsewhere(session: Session, attempt: number, facts: Facts, rules: SessionRules): Step {
  const { mode } = session;
  const open = mode.name === "unlocked" || mode.name === "leaving";
  if (!open || mode.served.attempt !== attempt || mode.served.elsewhere !== undefined || !rules.veiled) {
    return { session, effects: [] };
  }
  const served: Served = { ...mode.served, away: null, elsewhere: { covered: false } };
  return {
    session: {
      ...session,
      mode: { name: "unlocked", served, newcomer: null },
      // Their face may still be in view from where they sit now.
      held: { since: facts.monotonic, sticky: false },
    },
    effects: [
      { type: "let-go", attempt },
      { type: "journal", record: { kind: "leaving", served, because: "elsewhere" } },
    ],
  };
}

/** Locks what the veil covers, once nothing runs there that must not be cut off; the session itself goes on. */
export function cover(session: Session, served: Served, deferred: boolean): Step {
  const { mode } = session;
  if (mode.name !== "unlocked" || served.elsewhere === undefined || served.elsewhere.covered || deferred) {
    return { session, effects: [] };
  }
  const covered: Served = { ...served, elsewhere: { covered: true } };
  return { session: { ...session, mode: { ...mode, served: covered } }, effects: [{ type: "lock" }] };
}
