import { type Duration, minutes } from "@wardkey/protocol";
import type { DecisionFacts } from "@wardkey/protocol/policy";
import type { Journal } from "./journal/index.js";
import { riskNow } from "./policy/index.js";
import type { Timers } from "./time.js";
import type { SiteLink } from "./uplink/index.js";

type Level = DecisionFacts["risk"];

/** A wall clock may be set, so the end of a risk is looked at this often whatever a timer was told. */
const LOOK_EVERY: Duration = minutes(1);

/** Journals by which level of risk this kiosk lets people in, whenever that is another one. */
export class RiskWatch {
  readonly #parts: Parts;
  #told: Level;
  #cancel: (() => void) | null = null;
  #stopped = false;

  private constructor(parts: Parts, told: Level) {
    this.#parts = parts;
    this.#told = told;
  }

  /** Knows from the journal what was told before this start. */
  static async open(parts: Parts): Promise<RiskWatch> {
    const level = (await parts.journal.latest(["risk.in-force"]))?.body["level"];
    return new RiskWatch(parts, level === "raised" || level === "high" ? level : "normal");
  }

  /** The fleet may have said something, or time passed. */
  look(): void {
    if (this.#stopped) return;
    const { site, timers, journal } = this.#parts;
    const level = riskNow(site.risk, site.steadyNow());
    if (level !== this.#told) journal.note("risk.in-force", { level });
    this.#told = level;
    this.#cancel?.();
    this.#cancel = level === "normal" ? null : timers.after(LOOK_EVERY, () => this.look());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }
}

interface Parts {
  readonly site: Pick<SiteLink, "risk" | "steadyNow">;
  readonly timers: Timers;
  readonly journal: Pick<Journal, "latest" | "note">;
}
