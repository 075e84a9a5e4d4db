import type { Assumptions } from "@wardkey/protocol/value";
import { useState } from "react";
import { ask, codeOfRefusal } from "../api/ask.js";
import { type Kept, KeptAnswer } from "./answers.js";
import { type AssumptionTexts, assumptionsOf, textsOf } from "./range-texts.js";

export interface AssumptionsDraft {
  readonly texts: AssumptionTexts;
  /** The last that could be read. */
  readonly assumptions: Assumptions;
  readonly isChanged: boolean;
  readonly isWrong: boolean;
  /** Somebody else changed them since this draft was begun. */
  readonly isOvertaken: boolean;
  readonly refusal: string | null;
  readonly type: (texts: AssumptionTexts) => void;
  /** Lets go of the draft: what the site keeps is shown again. */
  readonly drop: () => void;
  /** The draft stands, over what somebody else kept meanwhile. */
  readonly insist: () => void;
  /** `true` when it was kept. */
  readonly save: () => Promise<boolean>;
}

interface Draft {
  readonly version: number;
  readonly texts: AssumptionTexts;
  readonly assumptions: Assumptions;
}

/** What somebody types about the site, tried out at once and kept only when they say so. */
export function useAssumptions(kept: Kept, again: () => Promise<void>): AssumptionsDraft {
  const [draft, setDraft] = useState<Draft | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const texts = draft?.texts ?? textsOf(kept.assumptions);
  return {
    texts,
    assumptions: draft?.assumptions ?? kept.assumptions,
    isChanged: draft !== null,
    isWrong: assumptionsOf(texts) === null,
    isOvertaken: draft !== null && kept.version > draft.version,
    refusal,
    type: (typed) =>
      setDraft({
        version: draft?.version ?? kept.version,
        texts: typed,
        assumptions: assumptionsOf(typed) ?? draft?.assumptions ?? kept.assumptions,
      }),
    drop: () => {
      setDraft(null);
      setRefusal(null);
    },
    insist: () => {
      if (draft !== null) setDraft({ ...draft, version: kept.version });
      setRefusal(null);
    },
    save: async () => {
      const assumptions = assumptionsOf(texts);
      if (draft === null || assumptions === null) return false;
      setRefusal(null);
      try {
        const body = { version: draft.version, assumptions };
        await ask({ method: "PUT", path: "v1/value/assumptions", body, answer: KeptAnswer });
      } catch (error) {
        setRefusal(codeOfRefusal(error));
        await again();
        return false;
      }
      await again();
      setDraft(null);
      return true;
    },
  };
}
