import { isDeferred } from "./leaving.js";
import type { Effect, Facts, Mode, ProcedureEnd, Served, Session, SessionRules, Step } from "./model.js";

type Open = Extract<Mode, { name: "unlocked" | "leaving" }>;

/**
 * Somebody says that a procedure runs here. It puts locks off, so like an unlock it begins as a line in the journal; its
 * time counts from the touch, however long the line took. One that runs is not lengthened by being told of again.
 */
export function beginProcedure(session: Session, facts: Facts, rules: SessionRules): Step {
  const { mode } = session;
  if (!isOpen(mode) || !mayBegin(mode, rules) || isTold(mode.served)) return { session, effects: [] };
  const { served } = mode;
  const asked = facts.monotonic;
  const record = { kind: "procedure-begun", served, atMost: rules.procedureAtMost } as const;
  return {
    session: { ...session, mode: { ...mode, served: { ...served, procedureAsked: asked } } },
    effects: [{ type: "record-procedure", attempt: served.attempt, asked, record }],
  };
}

/** The line is durable: the procedure runs, unless what let it begin is over meanwhile. */
export function procedureRecorded(
  session: Session,
  { attempt, asked }: { readonly attempt: number; readonly asked: number },
  facts: Facts,
  rules: SessionRules,
): Step {
  const mode = askedHere(session, attempt, asked);
  if (mode === null) return { session, effects: [] };
  if (!mayBegin(mode, rules)) return over(session, mode, "was-leaving", facts);
  const served: Served = { ...mode.served, procedureAsked: null, procedureSince: asked };
  return { session: { ...session, mode: { ...mode, served } }, effects: [] };
}

/** Nothing was written, nor will be: nothing begins. */
export function procedureNotRecorded(session: Session, { attempt, asked }: { attempt: number; asked: number }): Step {
  const mode = askedHere(session, attempt, asked);
  if (mode === null) return { session, effects: [] };
  return { session: { ...session, mode: { ...mode, served: { ...mode.served, procedureAsked: null } } }, effects: [] };
}

/** Somebody says that it is over. */
export function endProcedure(session: Session, facts: Facts): Step {
  const { mode } = session;
  if (!isOpen(mode) || !isTold(mode.served)) return { session, effects: [] };
  return over(session, mode, "switched-off", facts);
}

/** A procedure that has had its time is over, and whoever still needs it says so anew. */
export function procedureInTime(session: Session, facts: Facts, rules: SessionRules): Step {
  const { mode } = session;
  if (!isOpen(mode) || mode.served.procedureSince === null || isDeferred(mode.served, facts, rules)) {
    return { session, effects: [] };
  }
  return over(session, mode, rules.procedureAtMost === 0 ? "policy-changed" : "time-up", facts);
}

/** What the journal is told of a procedure when its session ends under it. */
export const endedWithSession = (served: Served, facts: Facts): readonly Effect[] =>
  isTold(served) ? [ended(served, "session-ended", facts)] : [];

/** At a covered screen, whoever stands there would keep open what was about to lock. */
function mayBegin({ name, served }: Open, rules: SessionRules): boolean {
  const alone = served.elsewhere === undefined && served.emergency === undefined;
  return name === "unlocked" && alone && rules.procedureAtMost > 0;
}

/** The journal knows, or is about to know, of one that has not ended. */
const isTold = ({ procedureSince, procedureAsked }: Served): boolean =>
  procedureSince !== null || procedureAsked !== null;

const isOpen = (mode: Mode): mode is Open => mode.name === "unlocked" || mode.name === "leaving";

function askedHere({ mode }: Session, attempt: number, asked: number): Open | null {
  return isOpen(mode) && mode.served.attempt === attempt && mode.served.procedureAsked === asked ? mode : null;
}

function over(session: Session, mode: Open, because: ProcedureEnd, facts: Facts): Step {
  const served: Served = { ...mode.served, procedureSince: null, procedureAsked: null };
  return {
    session: { ...session, mode: { ...mode, served } },
    effects: [ended(mode.served, because, facts)],
  };
}

function ended(served: Served, because: ProcedureEnd, facts: Facts): Effect {
  const ran = facts.monotonic - (served.procedureSince ?? served.procedureAsked ?? facts.monotonic);
  return { type: "journal", record: { kind: "procedure-ended", served, because, ran } };
}
