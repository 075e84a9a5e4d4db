import { useState } from "react";
import { codeOfRefusal } from "../api/ask.js";

/** One thing at a time that the reader asked for: whether it is under way, and why it did not work. */
export function useAct(): {
  busy: boolean;
  refusal: string | null;
  act: (work: () => Promise<void>) => void;
} {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const act = (work: () => Promise<void>): void => {
    if (busy) return;
    setBusy(true);
    setRefusal(null);
    void work()
      .catch((error: unknown) => setRefusal(codeOfRefusal(error)))
      .finally(() => setBusy(false));
  };
  return { busy, refusal, act };
}
