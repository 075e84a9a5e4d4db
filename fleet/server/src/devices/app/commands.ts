import { type Duration, days, seconds } from "@wardkey/protocol";
import type { CommandBody } from "@wardkey/protocol/fleet";
import type { CommandRecord, CommandStore } from "./command-port.js";
import type { Downlink } from "./downlink.js";
import type { RecordAct, Timers } from "./fleet-ports.js";
import type { Registry } from "./registry.js";
import type { ShadowStore } from "./shadow-port.js";
import type { TakeResponse } from "./shadows.js";

export type CommandName = CommandBody["command"];

export type CommandOutcome =
  | { readonly outcome: "answered"; readonly request: string; readonly status: number; readonly code: string | null }
  /** Nobody answered within the time. A command that lives longer than that may still be answered. */
  | { readonly outcome: "waiting" | "timed-out"; readonly request: string }
  | {
      readonly outcome: "refused";
      readonly code:
        | "device-unknown"
        | "device-denied"
        | "device-offline"
        | "downlink-full"
        | "downlink-too-large"
        | "downlink-older";
    };

/** What devices are told to do, once each, and what they answered. */
export interface Commands {
  /** `request`: its own id when it is asked for again after a crash; the command of one id is given once. */
  send(input: { device: string; command: CommandName; by: string; request?: string }): Promise<CommandOutcome>;
  takeResponse: TakeResponse;
  recent(device: string): Promise<CommandRecord[]>;
  stop(): void;
}

/** Within what an HTTP request may take. */
const WAIT: Duration = seconds(20);
/** Many devices say no more than that they begin: whoever asked is not kept for the deed. */
const WAIT_AFTER_BEGUN: Duration = seconds(3);
const LIFE: Duration = seconds(60);
/** A device that is off or out of reach is wiped when it next connects: the broker keeps the command for its session. */
const WIPE_LIFE: Duration = days(7);
const LOOK: Duration = seconds(1);
const RECENT = 20;
/** "Begun" is not yet an answer to who waits for the deed. */
const BEGUN = 202;
/** What the audit takes as a code; a device may answer others. */
const CODE = /^([a-z][a-z0-9-]{0,63}|E[A-Z0-9]{1,15})$/;

export function createCommands(parts: {
  store: CommandStore;
  shadows: Pick<ShadowStore, "one" | "nextCommandEpoch">;
  registry: Pick<Registry, "one">;
  downlink: Pick<Downlink, "send">;
  record: RecordAct;
  timers: Timers;
  newId(): string;
  now(): number;
}): Commands {
  const { store, shadows, registry, downlink, record, timers, newId, now } = parts;
  type Answer = { status: number; code: string | null } | null;
  const waiters = new Map<string, { settle(answer: Answer): void; begun(): void }>();

  const wait = (request: string): Promise<Answer> =>
    new Promise((resolve) => {
      let cancel = timers.after(WAIT, () => settle(null));
      let cancelLook: () => void = () => undefined;
      const begun = (): void => {
        cancel();
        cancel = timers.after(WAIT_AFTER_BEGUN, () => settle(null));
      };
      const settle = (answer: Answer): void => {
        cancel();
        cancelLook();
        waiters.delete(request);
        resolve(answer);
      };
      waiters.set(request, { settle, begun });
      // Of several fleet servers one hears the devices; who asked finds the answer in the database.
      const look = (): void => {
        cancelLook = timers.after(LOOK, () => {
          store.one(request).then(
            (kept) => {
              if (!waiters.has(request)) return;
              if (kept?.status != null && kept.status !== BEGUN) settle({ status: kept.status, code: kept.code });
              else look();
            },
            () => look(),
          );
        });
      };
      look();
    });

  const outcomeOf = async (request: string, life: Duration): Promise<CommandOutcome> => {
    // Another fleet server may have heard the answer.
    const kept = await store.one(request);
    if (kept !== null && kept.status !== null) {
      return { outcome: "answered", request, status: kept.status, code: kept.code };
    }
    return { outcome: life > LIFE ? "waiting" : "timed-out", request };
  };

  return {
    async send({ device, command, by, request = newId() }) {
      const known = registry.one(device);
      if (known === null) return { outcome: "refused", code: "device-unknown" };
      if (known.state === "denied" || known.state === "retired") return { outcome: "refused", code: "device-denied" };
      const life = command === "wipe" ? WIPE_LIFE : LIFE;
      if (command !== "wipe" && !(await shadows.one(device)).online)
        return { outcome: "refused", code: "device-offline" };
      const at = now();
      if ((await store.insert({ request, device, command, by, at, expiresAt: at + life })) === "known") {
        return outcomeOf(request, life);
      }
      await record("device.commanded", { device, command, request, by });
      const epoch = await shadows.nextCommandEpoch(device);
      const answered = wait(request);
      const message = { to: device, kind: "command", body: { command }, epoch, retain: false } as const;
      const sent = await downlink.send({ ...message, expiresIn: life, request });
      if (sent.outcome === "refused") {
        waiters.get(request)?.settle(null);
        return { outcome: "refused", code: sent.code };
      }
      const answer = await answered;
      return answer === null ? outcomeOf(request, life) : { outcome: "answered", request, ...answer };
    },
    async takeResponse({ device, request, status, code }) {
      const said = code === null || CODE.test(code) ? code : "code-unreadable";
      const taken = await store.answer({ request, device, status, code: said, at: now() });
      switch (taken) {
        case "unknown":
          return { outcome: "refused", code: "response-unexpected" };
        case "repeated":
          return { outcome: "stale" };
        case "kept":
          break;
      }
      await record("device.answered", { device, request, status, code: said, by: "fleet" });
      if (status === BEGUN) waiters.get(request)?.begun();
      else if (status >= 200) waiters.get(request)?.settle({ status, code: said });
      return { outcome: "taken" };
    },
    recent: (device) => store.recent(device, RECENT),
    stop() {
      for (const { settle } of [...waiters.values()]) settle(null);
    },
  };
}
