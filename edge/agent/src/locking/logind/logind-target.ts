import { type Duration, milliseconds, seconds } from "@wardkey/protocol";
import { pause } from "../bounded.js";
import { Listeners } from "../listeners.js";
import type { LockAnswer, LockTarget, LockTime, LockTrouble, TargetEvent } from "../ports.js";
import { Bus, SYSTEM_BUS } from "./bus.js";
import { ask, type DesktopSession, type Heard, LOGIND, listenTo, meaningOf, sessionsOn } from "./seat.js";

const CONFIRM_WITHIN: Duration = seconds(3);
const LOOK_AGAIN: Duration = milliseconds(200);
/** How often it is looked whether all is as it was: signals may be lost, connections may break silently. */
const ROUND: Duration = seconds(5);
const RECONNECT: Duration = seconds(1);

export interface LogindSettings {
  readonly seat: string;
  /** Whether the desktop says that it is locked (LockedHint). One that does not is believed when it took the order. */
  readonly confirms: boolean;
  /** How long it may take to say so. */
  readonly confirmWithin?: Duration;
  readonly address?: string | undefined;
}

/**
 * The desktops on one seat of a Linux machine, by logind. All of them are locked, those in the background too; only the one
 * before the person is unlocked. A console that nobody is logged in to counts as locked.
 */
export class LogindTarget implements LockTarget {
  readonly #settings: LogindSettings;
  readonly #time: LockTime;
  readonly #listeners = new Listeners<TargetEvent>();
  readonly #stopped = new AbortController();
  #bus: Bus | null = null;
  /** Whom signals are believed from. */
  #logind: string | null = null;
  #known: readonly DesktopSession[] | null = null;
  #connecting: Promise<void> | null = null;
  #looking: Promise<void> | null = null;
  #lookAgain = false;
  #rounds: Promise<void> | null = null;

  constructor(settings: LogindSettings, time: LockTime) {
    this.#settings = settings;
    this.#time = time;
  }

  on(listener: (event: TargetEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  get lockedNow(): boolean | null {
    return this.#known?.find(({ active }) => active)?.locked ?? null;
  }

  async start(): Promise<void> {
    await this.#connect();
    this.#rounds = this.#goRound();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#rounds;
    this.#bus?.close();
  }

  async lock(signal: AbortSignal): Promise<LockAnswer> {
    const bus = await this.#reach();
    const sessions = bus === null ? null : await sessionsOn(bus, this.#settings.seat);
    if (bus === null || sessions === null) return this.#away();
    let refused = false;
    for (const { path } of sessions) {
      const answer = await ask(bus, path, "Lock");
      if (!answer.ok && answer.code !== "gone") refused = true;
    }
    if (refused) return { ok: false, code: "lock-refused" };
    if (!this.#settings.confirms) return { ok: true };
    return await this.#confirm(bus, signal, "lock-unconfirmed", (now) => now.every(({ locked }) => locked));
  }

  async unlock(signal: AbortSignal): Promise<LockAnswer> {
    const bus = await this.#reach();
    const sessions = bus === null ? null : await sessionsOn(bus, this.#settings.seat);
    if (bus === null || sessions === null) return { ok: false, code: "unlock-failed" };
    const active = sessions.find((session) => session.active);
    // At a greeter only the person can open something.
    if (active === undefined) return { ok: false, code: "unlock-elsewhere" };
    if (signal.aborted) return { ok: false, code: "unlock-failed" };
    const answer = await ask(bus, active.path, "Unlock");
    if (!answer.ok) return { ok: false, code: "unlock-failed" };
    if (!this.#settings.confirms) return { ok: true };
    const open = (now: readonly DesktopSession[]): boolean =>
      now.some(({ path, locked }) => path === active.path && !locked);
    return await this.#confirm(bus, signal, "unlock-failed", open);
  }

  async #confirm(
    bus: Bus,
    signal: AbortSignal,
    otherwise: LockTrouble,
    holds: (sessions: readonly DesktopSession[]) => boolean,
  ): Promise<LockAnswer> {
    const { clock } = this.#time;
    const until = clock.monotonic() + (this.#settings.confirmWithin ?? CONFIRM_WITHIN);
    while (!signal.aborted) {
      const sessions = await sessionsOn(bus, this.#settings.seat);
      if (sessions === null) return this.#away();
      if (holds(sessions)) {
        this.#known = sessions;
        return { ok: true };
      }
      if (clock.monotonic() >= until) break;
      await pause(LOOK_AGAIN, this.#time, signal);
    }
    return { ok: false, code: otherwise };
  }

  #away(): LockAnswer {
    this.#bus?.close();
    return { ok: false, code: "lock-target-away" };
  }

  async #reach(): Promise<Bus | null> {
    if (this.#bus === null || this.#bus.broken) await this.#connect();
    return this.#logind === null ? null : this.#bus;
  }

  #connect(): Promise<void> {
    this.#connecting ??= this.#connectNow().finally(() => {
      this.#connecting = null;
    });
    return this.#connecting;
  }

  async #connectNow(): Promise<void> {
    this.#bus?.close();
    this.#bus = null;
    this.#logind = null;
    if (this.#stopped.signal.aborted) return;
    const bus = await Bus.open(this.#settings.address ?? SYSTEM_BUS, this.#time).catch(() => null);
    if (bus === null) return this.#listeners.tell({ type: "away" });
    this.#bus = bus;
    bus.on((signal) => {
      const heard = meaningOf(signal, this.#logind);
      if (heard !== null && bus === this.#bus) this.#heard(heard);
    });
    if (!(await listenTo(bus))) return bus.close();
    await this.#meet(bus);
  }

  /** Learns who logind is now. */
  async #meet(bus: Bus): Promise<void> {
    const owner = await bus.ownerOf(LOGIND);
    if (bus !== this.#bus) return;
    this.#logind = owner;
    const sessions = owner === null ? null : await sessionsOn(bus, this.#settings.seat);
    if (sessions === null) return this.#listeners.tell({ type: "away" });
    this.#listeners.tell({ type: "reached" });
    this.#saw(sessions);
  }

  #heard({ type }: Heard): void {
    switch (type) {
      case "lock":
      case "sleep":
        this.#listeners.tell({ type: "locked" });
        break;
      case "unlock":
        this.#listeners.tell({ type: "unlocked" });
        break;
      case "switched":
        // Who was in went away from it, or somebody else came before it; what is there now has to be locked too.
        this.#listeners.tell({ type: "locked" });
        this.#listeners.tell({ type: "unsure" });
        break;
      case "owner":
        if (this.#bus !== null) void this.#meet(this.#bus);
        break;
      case "look":
        this.#look();
        break;
    }
  }

  /** One look at a time; whatever is heard meanwhile asks for one more. */
  #look(): void {
    this.#lookAgain = true;
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = null;
    });
  }

  async #lookNow(): Promise<void> {
    while (this.#lookAgain && this.#bus !== null) {
      this.#lookAgain = false;
      const bus = this.#bus;
      const sessions = await sessionsOn(bus, this.#settings.seat);
      if (sessions === null || bus !== this.#bus) return;
      this.#saw(sessions);
    }
  }

  #saw(sessions: readonly DesktopSession[]): void {
    const before = this.#known;
    this.#known = sessions;
    if (before === null) return;
    for (const event of changes(before, sessions)) this.#listeners.tell(event);
  }

  async #goRound(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const bus = this.#bus;
      const well = bus !== null && !bus.broken && this.#logind !== null;
      await pause(well ? ROUND : RECONNECT, this.#time, signal);
      if (signal.aborted) return;
      if (bus === null || bus.broken) await this.#connect();
      else if (this.#logind === null) await this.#meet(bus);
      else if ((await sessionsOn(bus, this.#settings.seat)) === null) bus.close();
      else this.#look();
    }
  }
}

/** What a look at the seat shows that was otherwise before. */
function changes(before: readonly DesktopSession[], now: readonly DesktopSession[]): readonly TargetEvent[] {
  const events: TargetEvent[] = [];
  const open = now.filter((session) => !session.locked);
  const wasOpen = new Set(before.filter((session) => !session.locked).map(({ path }) => path));
  const opened = open.filter(({ path }) => !wasOpen.has(path));
  const active = now.find((session) => session.active);
  const wasActive = before.find((session) => session.active);
  if (active?.locked === true && wasOpen.has(active.path)) events.push({ type: "locked" });
  else if (active?.path !== wasActive?.path && wasActive !== undefined) events.push({ type: "locked" });
  if (opened.length > 0) events.push({ type: "unlocked" });
  if (active !== undefined && active.idle !== (wasActive?.idle ?? false)) {
    events.push({ type: "input", idle: active.idle });
  }
  return events;
}
