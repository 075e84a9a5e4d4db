import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { JournalEvent } from "@wardkey/protocol/fleet";
import { Journal, recover } from "../journal/index.js";
import { SimulatedTime } from "./simulated-time.js";

/** What an agent that nobody kills journals in the end, cameras apart. */
export const STORY = [
  "agent.started",
  ...["tap.started", "session.unlocked", "session.locked"],
  ...["tap.started", "session.unlocked", "session.locked"],
  ...["break-glass.opened", "session.locked"],
  "agent.stopped",
] as const;

export interface Trial {
  /** From its first word on. */
  readonly livedMs: number;
  /** What took effect before the end: `lock`, `unlock`, and how many points there were when nobody killed it. */
  readonly effects: readonly string[];
  readonly killed: boolean;
}

/** Lets `program` (killed-agent, compiled) live over `file` until its n-th point, or for `ms` from its first word on. */
export async function liveUntil(
  program: string,
  file: string,
  end: { readonly point: number } | { readonly ms: number },
): Promise<Trial> {
  const point = "point" in end ? end.point : 0;
  const child = spawn(process.execPath, [program, file, String(point), "emergency"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  let spokeAt = performance.now();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (said === "") {
      spokeAt = performance.now();
      if ("ms" in end) setTimeout(() => child.kill("SIGKILL"), end.ms);
    }
    said += text;
  });
  const [, signal] = await once(child, "close");
  return {
    effects: said.split("\n").filter((line) => line !== ""),
    killed: signal === "SIGKILL",
    livedMs: performance.now() - spokeAt,
  };
}

/** What is wrong with what a killed agent left behind, once the next one has started over it; nothing, if all is well. */
export async function faultsAfter(file: string, { effects, killed }: Trial): Promise<readonly string[]> {
  const time = new SimulatedTime();
  const options = { file, setAside: `${file}-set-aside`, clock: time, timers: time, newId: randomUUID };
  const journal = await Journal.open(options);
  try {
    const before = await journal.after(0, 10_000);
    await recover(journal, { version: "0.1.0", profile: "demo" });
    const whole = await journal.after(0, 10_000);
    const check = await journal.verify();
    return [
      ...(check.ok ? [] : [check.code]),
      ...faultsOf(before, effects, killed),
      ...(isOpen(whole) ? ["left-unlocked"] : []),
      ...(new Set(whole.map(({ id }) => id)).size === whole.length ? [] : ["event-doubled"]),
    ];
  } finally {
    await journal.close();
  }
}

function faultsOf(before: readonly JournalEvent[], effects: readonly string[], killed: boolean): readonly string[] {
  const kinds = before.map(({ kind }) => kind).filter((kind) => !kind.startsWith("camera."));
  const unlocks = effects.filter((effect) => effect === "unlock").length;
  const told = kinds.filter((kind) => kind === "session.unlocked" || kind === "break-glass.opened").length;
  const begins = kinds.every((kind, index) => kind === STORY[index]);
  return [
    ...(begins ? [] : ["event-lost"]),
    ...(killed || kinds.length === STORY.length ? [] : ["story-cut"]),
    ...(told < unlocks ? ["unlock-untold"] : []),
  ];
}

function isOpen(events: readonly JournalEvent[]): boolean {
  const last = events.findLast(({ kind }) => /^(session\.(unlocked|locked)|break-glass\.opened)$/.test(kind));
  return last !== undefined && last.kind !== "session.locked";
}

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** Programs for `node`, where this runs compiled. */
export const killedAgent = beside("./killed-agent.js");
export const soakedAgent = beside("./soaked-agent.js");
