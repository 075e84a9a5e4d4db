import { z } from "zod";
import type { Bus, BusAnswer, BusSignal } from "./bus.js";

/** Names and members as org.freedesktop.login1(5) documents them. */
export const LOGIND = "org.freedesktop.login1";
const MANAGER = { destination: LOGIND, path: "/org/freedesktop/login1", interface: `${LOGIND}.Manager` };
const PROPERTIES = "org.freedesktop.DBus.Properties";
export const SESSION = `${LOGIND}.Session`;

/** A session of a person on the seat; greeters and lock screens have sessions too, which are nobody's. */
export interface DesktopSession {
  readonly path: string;
  readonly active: boolean;
  /** By its own word, which the desktop gives and not logind. */
  readonly locked: boolean;
  readonly idle: boolean;
}

/** a(susso): id, user's number, user's name, seat, path. */
const Listed = z.tuple([z.array(z.tuple([z.string(), z.number(), z.string(), z.string(), z.string()]))]);
const Text = z.object({ value: z.string() });
const Flag = z.object({ value: z.boolean() });
const Told = z.tuple([
  z.object({
    Class: Text,
    Active: Flag,
    LockedHint: Flag,
    IdleHint: Flag,
  }),
]);

/** Everything on one seat that a person has open; `null`: logind does not say. */
export async function sessionsOn(bus: Bus, seat: string): Promise<readonly DesktopSession[] | null> {
  const answer = await bus.call({ ...MANAGER, member: "ListSessions" });
  const listed = answer.ok ? Listed.safeParse(answer.body) : null;
  if (!listed?.success) return null;
  const found: DesktopSession[] = [];
  for (const [, , , of, path] of listed.data[0]) {
    if (of !== seat) continue;
    const told = await bus.call({
      destination: LOGIND,
      path,
      interface: PROPERTIES,
      member: "GetAll",
      signature: "s",
      body: [SESSION],
    });
    // It ended between the two questions.
    if (!told.ok && told.code === "gone") continue;
    const parsed = told.ok ? Told.safeParse(told.body) : null;
    if (!parsed?.success) return null;
    const [{ Class, Active, LockedHint, IdleHint }] = parsed.data;
    if (Class.value !== "user") continue;
    found.push({ path, active: Active.value, locked: LockedHint.value, idle: IdleHint.value });
  }
  return found;
}

/** `Lock` and `Unlock` only ask the session's own lock screen. */
export function ask(bus: Bus, path: string, member: "Lock" | "Unlock"): Promise<BusAnswer> {
  return bus.call({ destination: LOGIND, path, interface: SESSION, member });
}

/** Has the bus pass on what logind says of sessions, seats and sleep, and its own coming and going. */
export async function listenTo(bus: Bus): Promise<boolean> {
  const of = `type='signal',sender='${LOGIND}'`;
  const rules = [
    `${of},interface='${SESSION}'`,
    `${of},interface='${LOGIND}.Manager'`,
    `${of},interface='${PROPERTIES}',path_namespace='/org/freedesktop/login1'`,
    `type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${LOGIND}'`,
  ];
  for (const rule of rules) {
    if (!(await bus.match(rule)).ok) return false;
  }
  return true;
}

/**
 * `look`: something about sessions may have changed. `lock`, `unlock`: somebody asks this session's lock screen to.
 * `switched`: another session is before the person now. `sleep`: the machine is about to. `owner`: logind came or went.
 */
export type Heard = { readonly type: "look" | "lock" | "unlock" | "switched" | "sleep" | "owner" };

/** What a signal means. It is believed when logind itself, or the bus, sent it: anybody may send one to us alone. */
export function meaningOf(signal: BusSignal, logind: string | null): Heard | null {
  if (signal.sender === "org.freedesktop.DBus") return signal.member === "NameOwnerChanged" ? { type: "owner" } : null;
  if (logind === null || signal.sender !== logind) return null;
  if (signal.interface === SESSION) {
    if (signal.member === "Lock") return { type: "lock" };
    return signal.member === "Unlock" ? { type: "unlock" } : null;
  }
  if (signal.interface === `${LOGIND}.Manager`) {
    if (signal.member === "PrepareForSleep") return { type: signal.body[0] === true ? "sleep" : "look" };
    return signal.member === "SessionNew" || signal.member === "SessionRemoved" ? { type: "look" } : null;
  }
  const switched = signal.body[0] === `${LOGIND}.Seat` && namesActiveSession(signal.body[1]);
  return { type: switched ? "switched" : "look" };
}

const namesActiveSession = (changed: unknown): boolean =>
  typeof changed === "object" && changed !== null && "ActiveSession" in changed;
