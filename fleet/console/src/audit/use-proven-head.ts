import { useQuery } from "@tanstack/react-query";
import { ask, codeOfRefusal } from "../api/ask.js";
import { EVERY_AT_MOST } from "../shell/use-answer.js";
import { NewestHead, ProofHashes, Roots } from "./answers.js";
import { type HeadJudgement, judgeHead, memoryOf } from "./judge-head.js";
import { remember, remembered } from "./log-memory.js";

export type HeadState =
  | { readonly state: "asking" }
  | { readonly state: "refused"; readonly code: string }
  /** The browser offers its cryptography to pages of a secure origin alone. */
  | { readonly state: "no-cryptography" }
  | { readonly state: "none" }
  | {
      readonly state: "judged";
      readonly site: string;
      readonly judgement: HeadJudgement;
      /** A person looked into it: from now on this head is what is remembered. */
      readonly accept: () => void;
    };

const consistency = async (from: number, to: number): Promise<readonly string[]> =>
  (await ask({ path: `v1/audit/log-consistency?from=${from}&to=${to}`, answer: ProofHashes })).proof;

/** The newest signed head, proven by this browser and against what it remembers. What is proven is remembered. */
export function useProvenHead(): HeadState & { readonly again: () => void } {
  const { data, error, refetch } = useQuery({
    queryKey: ["events", "proven-head"],
    refetchInterval: EVERY_AT_MOST,
    queryFn: async () => {
      const [{ head }, { site, roots }] = await Promise.all([
        ask({ path: "v1/audit/head", answer: NewestHead }),
        ask({ path: "v1/audit/roots", answer: Roots }),
      ]);
      if (head === null) return null;
      const memory = remembered(localStorage, site);
      const judgement = await judgeHead({ jws: head.jws, site, roots, memory, consistency });
      if (judgement.outcome === "proven") remember(localStorage, site, memoryOf(judgement, memory));
      return { site, judgement };
    },
    enabled: hasCryptography(),
  });
  const again = (): void => void refetch();
  if (!hasCryptography()) return { state: "no-cryptography", again };
  const code = codeOfRefusal(error);
  if (data === undefined) return code === null ? { state: "asking", again } : { state: "refused", code, again };
  if (data === null) return { state: "none", again };
  const { site, judgement } = data;
  const accept = (): void => {
    if (judgement.outcome === "refused") return;
    remember(localStorage, site, memoryOf(judgement, remembered(localStorage, site)));
    again();
  };
  return { state: "judged", site, judgement, accept, again };
}

const hasCryptography = (): boolean => globalThis.crypto?.subtle !== undefined;
