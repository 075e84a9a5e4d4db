import { inRing } from "@wardkey/protocol/policy";
import { type Head, percentOf } from "./rollout.js";

/** What a device said last of the policy that it works by. */
export interface Standing {
  readonly device: string;
  readonly name: string;
  readonly ward: string;
  readonly online: boolean;
  /** The version in force at it; `null` before its first report. */
  readonly version: number | null;
}

export interface Behind extends Standing {
  /** The version that it should work by. */
  readonly wanted: number;
}

export interface Progress {
  /** Devices that should work by the version that is rolled out, and those of them that say that they do. */
  readonly candidate: { readonly version: number; readonly chosen: number; readonly there: number } | null;
  /** The same of everybody else. */
  readonly stable: { readonly version: number; readonly chosen: number; readonly there: number };
  /** How many are not there yet, and some of them: those that are connected first, because the others cannot be. */
  readonly behind: number;
  readonly some: readonly Behind[];
}

/**
 * How far a roll-out came, by what the devices themselves report. A device that was offered a version before it was halted
 * or given up keeps it, because versions never go back: it is not behind.
 */
export function progressOf(head: Head, standings: readonly Standing[], most: number): Progress {
  const { rollout, stable } = head;
  const percent = percentOf(head);
  const chosen = (device: string): boolean => rollout !== null && inRing(device, rollout.salt, percent);
  const kept = rollout !== null && percent === 0 ? rollout.version : null;
  const [candidates, others] = [
    standings.filter(({ device }) => chosen(device)),
    standings.filter(({ device }) => !chosen(device)),
  ];
  const isThere = (version: number) => (standing: Standing) =>
    standing.version === version || (kept !== null && standing.version === kept);
  const late = (some: readonly Standing[], wanted: number): Behind[] =>
    some.filter((standing) => !isThere(wanted)(standing)).map((standing) => ({ ...standing, wanted }));
  const behind = [...(rollout === null ? [] : late(candidates, rollout.version)), ...late(others, stable)];
  const count = (some: readonly Standing[], version: number) => ({
    version,
    chosen: some.length,
    there: some.filter(isThere(version)).length,
  });
  return {
    candidate: rollout === null ? null : count(candidates, rollout.version),
    stable: count(others, stable),
    behind: behind.length,
    some: behind.sort((a, b) => Number(b.online) - Number(a.online) || (a.device < b.device ? -1 : 1)).slice(0, most),
  };
}
