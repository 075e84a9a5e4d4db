import type { Journal } from "./journal.js";

/**
 * The first words of a run: says whether the run before ended without `agent.stopped`, and locks in the journal what
 * that run left open. The kiosk itself comes up locked whatever is written here.
 */
export async function recover(
  journal: Journal,
  run: { version: string; profile: "demo" | "production" },
): Promise<{ recovered: boolean; leftOpen: boolean }> {
  const lastRun = await journal.latest(["agent.started", "agent.stopped"]);
  const recovered = lastRun?.kind === "agent.started";
  journal.note("agent.started", { ...run, ...(recovered ? { recovered } : {}) });
  const procedure = await journal.latest(["procedure.begun", "procedure.ended"]);
  if (procedure?.kind === "procedure.begun") {
    const { session, staffId } = procedure.body;
    journal.note("procedure.ended", {
      session: String(session),
      ...(typeof staffId === "string" ? { staffId } : {}),
      reason: "started",
    });
  }
  const last = await journal.latest(["session.unlocked", "break-glass.opened", "session.locked"]);
  const leftOpen = last !== null && last.kind !== "session.locked";
  if (leftOpen) {
    const { session, staffId } = last.body;
    journal.note("session.locked", {
      reason: "started",
      ...(typeof session === "string" ? { session } : {}),
      ...(typeof staffId === "string" ? { staffId } : {}),
    });
  }
  await journal.settled();
  return { recovered, leftOpen };
}
