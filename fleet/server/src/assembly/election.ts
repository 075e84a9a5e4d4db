import { codeOf, type Duration, milliseconds, seconds } from "@wardkey/protocol";
import type { Terms } from "./terms.js";
import type { Timers } from "./world.js";

/** A term that is not renewed ends by itself; whoever holds it stops before anybody else may begin. */
export const TERM: Duration = seconds(8);
const RENEW_EVERY: Duration = seconds(2);
/** Between the last moment of one leader and the first of the next: for what is under way. */
const MARGIN: Duration = seconds(2);

export interface Election {
  /** Resolves when this server leads, or follows another. */
  start(): Promise<void>;
  leading(): boolean;
  /** From here on a server that follows does not begin to lead; one that leads goes on until `stop`. */
  stepBack(): Promise<void>;
  /** Lets the next server begin at once: for when nothing of what the leader does is under way any more. */
  stop(): Promise<void>;
}

/**
 * One fleet server of a site listens to devices and does what is done once for all; the others answer over HTTP and wait
 * to take over. Leading begins once: `lead`. A server that could not renew its term in time, or whose `lead` failed, has
 * `lost` it for good, and is to be started anew: half a leader is worse than none.
 */
export function createElection(parts: {
  terms: Terms;
  /** Another one at each start. */
  holder: string;
  timers: Timers;
  monotonic(): number;
  lead(): Promise<void>;
  lost(code: string): void;
  log(event: { code: string; cause?: string | undefined }): void;
}): Election {
  const { terms, holder, timers, monotonic, log } = parts;
  let state: "following" | "leading" | "ended" = "following";
  let cancelNext = (): void => {};
  let cancelEnd = (): void => {};
  let trying: Promise<void> = Promise.resolve();
  let stands = true;

  const end = (code: string): void => {
    if (state === "ended") return;
    state = "ended";
    cancelNext();
    cancelEnd();
    parts.lost(code);
  };
  const ask = async (): Promise<boolean | null> => {
    try {
      return await terms.claim(holder, TERM);
    } catch (error) {
      log({ code: "election-waits", cause: codeOf(error) });
      return null;
    }
  };
  const attempt = async (): Promise<void> => {
    if (!stands && state === "following") return;
    const asked = monotonic();
    const mine = await ask();
    if (state === "ended") return;
    if (mine === true) {
      const left = asked + TERM - MARGIN - monotonic();
      cancelEnd();
      // The answer came so late that the term is all but over.
      if (left <= 0 && state === "leading") return end("leadership-lost");
      if (left <= 0) return;
      cancelEnd = timers.after(milliseconds(left), () => {
        if (state === "leading") end("leadership-lost");
      });
      if (state === "following" && stands) await begin();
    } else if (mine === false && state === "leading") end("leadership-lost");
  };
  const begin = async (): Promise<void> => {
    state = "leading";
    log({ code: "leading" });
    // Renewed while it begins: putting a large site in motion takes longer than a term.
    next();
    try {
      await parts.lead();
    } catch (error) {
      log({ code: "leading-failed", cause: codeOf(error) });
      end("leading-failed");
    }
  };
  const next = (): void => {
    cancelNext();
    if (state === "ended") return;
    cancelNext = timers.after(RENEW_EVERY, () => {
      trying = attempt().then(next);
    });
  };

  return {
    async start() {
      await attempt();
      if (state === "following") log({ code: "following" });
      next();
    },
    leading: () => state === "leading",
    async stepBack() {
      stands = false;
      await trying;
    },
    async stop() {
      const led = state === "leading";
      state = "ended";
      cancelNext();
      cancelEnd();
      await trying;
      if (led)
        await terms.release(holder).catch((error: unknown) => log({ code: "election-waits", cause: codeOf(error) }));
    },
  };
}
