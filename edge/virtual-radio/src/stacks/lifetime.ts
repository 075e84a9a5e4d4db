import type { EventEmitter } from "node:events";
import type { Participant } from "../room/participant.js";

/** What noble's and bleno's HCI layers have in common. */
export interface StackHci {
  pollIsDevUp(): void;
  emit(event: "stateChange", state: "poweredOff"): boolean;
  readonly _socket: EventEmitter & { stop(): void };
}

export interface StackBindings {
  readonly _hci: StackHci;
  init(): void;
}

/**
 * Ends a stack together with its participant: it says `poweredOff`, reads no more, and leaves no listener on the
 * process. A stack asks each second whether its device is up; a virtual one tells, so it asks only once, and a process
 * that closed its participants can exit.
 */
export function endWithParticipant(participant: Participant, bindings: StackBindings): void {
  const hci = bindings._hci;
  let started = false;
  let forgetListeners = (): void => {};

  const poll = hci.pollIsDevUp.bind(hci);
  hci.pollIsDevUp = () => {
    if (started) return;
    started = true;
    poll();
  };
  const init = bindings.init.bind(bindings);
  bindings.init = () => {
    started = false;
    forgetListeners();
    forgetListeners = rememberingProcessListeners(init);
  };
  participant.onClose(() => {
    forgetListeners();
    hci._socket.stop();
    hci._socket.removeAllListeners();
    if (started) hci.emit("stateChange", "poweredOff");
  });
}

type Listener = (...parameters: unknown[]) => void;

const EVENTS = ["exit", "SIGINT"] as const;

/** Runs `act` and gives back how to take away the process listeners that it added and would leave for good. */
function rememberingProcessListeners(act: () => void): () => void {
  const before = EVENTS.map((event) => new Set(process.rawListeners(event)));
  act();
  const added = EVENTS.map((event, index) => process.rawListeners(event).filter((one) => !before[index]?.has(one)));
  return () => {
    EVENTS.forEach((event, index) => {
      for (const listener of added[index] ?? []) process.removeListener(event, listener as Listener);
    });
  };
}
