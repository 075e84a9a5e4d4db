import { codeOf, type Duration, milliseconds, minutes, seconds } from "@wardkey/protocol";
import { ReportedBody, ReportedMessage } from "@wardkey/protocol/fleet";
import type { Timers } from "../time.js";

const AT_MOST_EVERY: Duration = seconds(1);
const AT_LEAST_EVERY: Duration = minutes(15);

export interface ReporterSettings {
  readonly timers: Timers;
  readonly monotonic: () => number;
  readonly wallNow: () => number;
  readonly newId: () => string;
  /** What there is to report now; `null` while there is nothing to say yet. */
  readonly compose: () => Promise<ReportedBody | null>;
  readonly publish: (payload: string) => Promise<void>;
  readonly say: (code: string | null) => void;
}

/** The reported half of the shadow: when something changed, at most each second, and every quarter of an hour. */
export class Reporter {
  readonly #settings: ReporterSettings;
  #connected = false;
  #sent: { readonly text: string; readonly at: number } | null = null;
  #cancel: (() => void) | null = null;

  constructor(settings: ReporterSettings) {
    this.#settings = settings;
  }

  connected(): void {
    this.#connected = true;
    this.#sent = null;
    this.changed();
  }

  disconnected(): void {
    this.#connected = false;
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Something may have changed. */
  changed(): void {
    if (!this.#connected || this.#cancel !== null) return;
    const { monotonic, timers } = this.#settings;
    const since = this.#sent === null ? AT_MOST_EVERY : monotonic() - this.#sent.at;
    const pause = milliseconds(Math.max(0, AT_MOST_EVERY - since));
    this.#cancel = timers.after(pause, () => {
      this.#cancel = null;
      void this.#send();
    });
  }

  async #send(): Promise<void> {
    const { compose, publish, say, monotonic, newId, wallNow } = this.#settings;
    try {
      const body = await compose();
      if (body === null || !this.#connected) return;
      // The clock's difference wanders by itself: only what a person would notice is a change.
      const text = JSON.stringify({ ...body, clockOffsetMs: Math.round((body.clockOffsetMs ?? 0) / 10_000) });
      const now = monotonic();
      if (this.#sent?.text === text && now - this.#sent.at < AT_LEAST_EVERY) return;
      this.#sent = { text, at: now };
      const message = {
        v: 1,
        id: newId(),
        at: Math.floor(wallNow()),
        kind: "reported",
        body: ReportedBody.parse(body),
      };
      await publish(JSON.stringify(ReportedMessage.parse(message)));
      say(null);
    } catch (error) {
      this.#sent = null;
      say(codeOf(error));
    }
  }
}
