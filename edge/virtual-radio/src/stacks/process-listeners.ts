type Listener = (...parameters: unknown[]) => void;

const EVENTS = ["exit", "SIGINT"] as const;

/**
 * Runs `act` and gives back how to take away the process listeners that it added. The stacks add theirs for good;
 * without this each load would leave one behind that keeps its whole stack alive.
 */
export function rememberingProcessListeners(act: () => void): () => void {
  const before = EVENTS.map((event) => new Set(process.rawListeners(event)));
  act();
  const added = EVENTS.map((event, index) => process.rawListeners(event).filter((one) => !before[index]?.has(one)));
  return () => {
    EVENTS.forEach((event, index) => {
      for (const listener of added[index] ?? []) process.removeListener(event, listener as Listener);
    });
  };
}
