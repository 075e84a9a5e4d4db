import type { EventEmitter } from "node:events";
import { Message, type MessageBus, sessionBus, Variant } from "@jellybrick/dbus-next";

const NAME = "org.freedesktop.login1";
const ROOT = "/org/freedesktop/login1";
const SEAT = `${ROOT}/seat/seat0`;
const PROPERTIES = "org.freedesktop.DBus.Properties";

/** Signatures as org.freedesktop.login1(5) has them, and as the logind of systemd 252 prints them of itself. */
const DOCUMENTED = { ListSessions: "a(susso)", SessionNew: "so", SessionRemoved: "so", PrepareForSleep: "b" } as const;

/** A simulated session with a simulated desktop in it. */
export interface SimulatedSession {
  readonly id: string;
  readonly seat: string;
  readonly of: "user" | "greeter";
  active: boolean;
  locked: boolean;
  idle: boolean;
  /** Whether its lock screen does as it is asked, and says so. */
  obeys: boolean;
  /** Whether the agent may lock and unlock it. */
  permits: boolean;
  readonly asked: ("Lock" | "Unlock")[];
}

/** A simulated logind on a private bus: the documented members that a locker uses, and desktops that obey or do not. */
export class SimulatedLogind {
  readonly sessions: SimulatedSession[] = [];
  /** Answers nothing while true. */
  hangs = false;
  readonly #bus: MessageBus;

  private constructor(bus: MessageBus) {
    this.#bus = bus;
    const events: EventEmitter = bus;
    events.on("error", () => {});
    bus.addMethodHandler((call) => this.hangs || this.#answer(call));
  }

  static async start(address: string): Promise<SimulatedLogind> {
    const logind = new SimulatedLogind(sessionBus({ busAddress: address }));
    await logind.#bus.requestName(NAME);
    return logind;
  }

  stop(): void {
    this.#bus.disconnect();
  }

  add(session: Partial<SimulatedSession> & { id: string }): SimulatedSession {
    const { id, seat = "seat0" } = session;
    const fresh = { of: "user", active: false, locked: false, idle: false, obeys: true, permits: true } as const;
    const added: SimulatedSession = { ...fresh, asked: [], ...session, seat };
    this.sessions.push(added);
    this.#signal(ROOT, `${NAME}.Manager`, "SessionNew", DOCUMENTED.SessionNew, [id, pathOf(added)]);
    return added;
  }

  remove(session: SimulatedSession): void {
    this.sessions.splice(this.sessions.indexOf(session), 1);
    this.#signal(ROOT, `${NAME}.Manager`, "SessionRemoved", DOCUMENTED.SessionRemoved, [session.id, pathOf(session)]);
  }

  /** The desktop says so, or the person did it at its own prompt. */
  turn(session: SimulatedSession, locked: boolean): void {
    session.locked = locked;
    this.#changed(pathOf(session), `${NAME}.Session`, { LockedHint: new Variant("b", locked) });
  }

  rest(session: SimulatedSession, idle: boolean): void {
    session.idle = idle;
    this.#changed(pathOf(session), `${NAME}.Session`, { IdleHint: new Variant("b", idle) });
  }

  /** Fast user switching, or another virtual terminal. */
  activate(session: SimulatedSession): void {
    for (const each of this.sessions) each.active = each === session;
    this.#changed(SEAT, `${NAME}.Seat`, { ActiveSession: new Variant("(so)", [session.id, pathOf(session)]) });
  }

  sleep(start: boolean): void {
    this.#signal(ROOT, `${NAME}.Manager`, "PrepareForSleep", DOCUMENTED.PrepareForSleep, [start]);
  }

  /** Somebody else asks a lock screen, as `loginctl lock-session` does. */
  ask(session: SimulatedSession, what: "Lock" | "Unlock"): void {
    this.#signal(pathOf(session), `${NAME}.Session`, what, "", []);
    if (session.obeys) this.turn(session, what === "Lock");
  }

  #answer(call: Message): boolean {
    if (call.path === ROOT && call.interface === `${NAME}.Manager` && call.member === "ListSessions") {
      const listed = this.sessions.map((each) => [each.id, 1000, "ward", each.seat, pathOf(each)]);
      return this.#reply(call, DOCUMENTED.ListSessions, [listed]);
    }
    const session = this.sessions.find((each) => pathOf(each) === call.path);
    if (session === undefined) return this.#refuse(call, "org.freedesktop.DBus.Error.UnknownObject");
    if (call.interface === PROPERTIES && call.member === "GetAll") {
      return this.#reply(call, "a{sv}", [propertiesOf(session)]);
    }
    if (call.interface !== `${NAME}.Session` || (call.member !== "Lock" && call.member !== "Unlock")) return false;
    if (!session.permits) return this.#refuse(call, "org.freedesktop.DBus.Error.AccessDenied");
    session.asked.push(call.member);
    this.#reply(call, "", []);
    this.ask(session, call.member);
    return true;
  }

  #reply(call: Message, signature: string, body: unknown[]): boolean {
    this.#bus.send(Message.newMethodReturn(call, signature, body));
    return true;
  }

  #refuse(call: Message, name: string): boolean {
    this.#bus.send(Message.newError(call, name, "refused by the simulated logind"));
    return true;
  }

  #changed(path: string, of: string, changed: Record<string, Variant>): void {
    this.#signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", [of, changed, []]);
  }

  #signal(path: string, of: string, member: string, signature: string, body: unknown[]): void {
    this.#bus.send(Message.newSignal(path, of, member, signature, body));
  }
}

/** logind escapes a leading digit: session 2 is `_32`. */
export const pathOf = ({ id }: { readonly id: string }): string => `${ROOT}/session/_3${id}`;

const propertiesOf = ({ id, of, seat, active, locked, idle }: SimulatedSession): Record<string, Variant> => ({
  Id: new Variant("s", id),
  User: new Variant("(uo)", [1000, `${ROOT}/user/_1000`]),
  Seat: new Variant("(so)", [seat, `${ROOT}/seat/${seat}`]),
  Class: new Variant("s", of),
  Type: new Variant("s", "wayland"),
  Active: new Variant("b", active),
  State: new Variant("s", active ? "active" : "online"),
  IdleHint: new Variant("b", idle),
  IdleSinceHint: new Variant("t", 0n),
  LockedHint: new Variant("b", locked),
});
