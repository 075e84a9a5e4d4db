import type { Session } from "./session.js";

type ConnectionListener = (change: { device: string; connected: boolean }) => void;

/** The one live session of each device, and who wants to know of it. */
export class LiveSessions {
  readonly #live = new Map<string, Session>();
  readonly #listeners = new Set<ConnectionListener>();

  of(device: string): Session | undefined {
    return this.#live.get(device);
  }

  devices(): IterableIterator<string> {
    return this.#live.keys();
  }

  /** Those that are not only admitted but through with CONNACK. */
  connected(): string[] {
    return [...this.#live].filter(([, session]) => session.announced).map(([device]) => device);
  }

  endingBy(now: number): [string, Session][] {
    return [...this.#live].filter(([, session]) => now >= session.notAfter);
  }

  /** Puts it in place of the device's earlier session, and ends that one: [MQTT-3.1.4-2]. */
  async replace(device: string, session: Session): Promise<void> {
    const before = this.#live.get(device);
    this.#live.set(device, session);
    // Waited for, so that its last will is handled before the birth that the new session will send.
    await before?.close();
  }

  announce(session: Session): void {
    const { device } = session;
    if (device === undefined || this.#live.get(device) !== session) return;
    session.announced = true;
    this.#tell(device, true);
  }

  ended(session: Session): void {
    const { device } = session;
    if (device === undefined) return;
    if (this.#live.get(device) === session) this.#live.delete(device);
    if (session.announced) this.#tell(device, false);
    session.announced = false;
  }

  on(listener: ConnectionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#live.values()].map((session) => session.close()));
  }

  #tell(device: string, connected: boolean): void {
    for (const listener of this.#listeners) listener({ device, connected });
  }
}
