import type { NobleHciBindings } from "./noble-stack.js";

type Listener = (...parameters: unknown[]) => void;
const EVENTS = ["exit", "SIGINT"] as const;
const SPOKEN = new Set(["unauthorized", "unsupported"]);

/**
 * Lets a noble be closed, which it does not know: it asks each second for ever whether its device is up, and leaves
 * listeners on the process. It also writes to standard output that it may not use its device; here it only says so in its
 * state. To be called before noble powers up; the answer closes it.
 */
export function makeClosable(bindings: NobleHciBindings): () => void {
  const hci = bindings._hci;
  let closed = false;
  let forgetListeners = (): void => {};

  const poll = hci.pollIsDevUp.bind(hci);
  hci.pollIsDevUp = () => {
    if (!closed) poll();
  };
  const init = bindings.init.bind(bindings);
  bindings.init = () => {
    if (closed) return;
    const before = EVENTS.map((event) => new Set(process.rawListeners(event)));
    try {
      init();
    } finally {
      const added = EVENTS.map((event, index) => process.rawListeners(event).filter((one) => !before[index]?.has(one)));
      forgetListeners = () => {
        EVENTS.forEach((event, index) => {
          for (const listener of added[index] ?? []) process.removeListener(event, listener as Listener);
        });
      };
    }
  };
  const onStateChange = bindings.onStateChange.bind(bindings);
  bindings.onStateChange = (state: string) => {
    if (SPOKEN.has(state)) bindings.emit("stateChange", state);
    else onStateChange(state);
  };
  return () => {
    if (closed) return;
    closed = true;
    forgetListeners();
    hci._socket.stop();
    hci._socket.removeAllListeners();
    // The kernel's socket goes on telling of errors, and an error that nobody hears ends the process.
    hci._socket.on("error", () => {});
  };
}
