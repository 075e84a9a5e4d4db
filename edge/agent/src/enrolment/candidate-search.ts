import { Candidates, type CandidatesRequest } from "@wardkey/protocol/fleet";
import { type Journal, journalReason } from "../journal/index.js";
import type { SiteLink } from "../uplink/index.js";

export interface CandidatePorts {
  readonly site: Pick<SiteLink, "post">;
  readonly journal: Pick<Journal, "note">;
  /** Why nobody can be enrolled now; then nobody is looked for either. */
  readonly hindrance: () => string | null;
}

export type CandidatesAnswer =
  | { readonly ok: true; readonly answer: Candidates & { readonly search: string } }
  | { readonly ok: false; readonly code: string };

/**
 * Whom an operator may mean, from the hospital's records (at most ten). The site checks the operator's code; nothing of
 * the answer is kept here. One search at a time: more are refused with `enrol-busy`, so that a page cannot use the kiosk
 * to try codes side by side.
 */
export class CandidateSearch {
  readonly #ports: CandidatePorts;
  #asking = false;

  constructor(ports: CandidatePorts) {
    this.#ports = ports;
  }

  async find(asked: CandidatesRequest): Promise<CandidatesAnswer> {
    const { site, journal, hindrance } = this.#ports;
    const hindered = this.#asking ? "enrol-busy" : hindrance();
    if (hindered !== null) return { ok: false, code: hindered };
    this.#asking = true;
    try {
      const found = await site.post("/v1/kiosk/candidates", asked, Candidates);
      if (found.ok) return { ok: true, answer: { search: asked.search, people: found.value.people } };
      journal.note("enrol.failed", { reason: journalReason(found.code), step: "search" });
      return { ok: false, code: found.code };
    } finally {
      this.#asking = false;
    }
  }
}
