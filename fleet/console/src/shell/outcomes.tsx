import { useRouterState } from "@tanstack/react-router";
import { Button, Dialog, Notice } from "@wardkey/ui";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { useWords } from "../words.js";

interface Outcome {
  readonly title: string;
  readonly did: ReactNode;
}

const OutcomeContext = createContext<(outcome: Outcome) => void>(() => undefined);

/** Says what an act did, over the page: the act itself may no longer be offered by then. */
export const useOutcome = (): ((outcome: Outcome) => void) => useContext(OutcomeContext);

export function OutcomeProvider({ children }: { children: ReactNode }): ReactNode {
  const { t } = useWords();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const close = (): void => setOutcome(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  // A link in what was said leads away from it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is the reason, not a value that is read
  useEffect(() => setOutcome(null), [path]);
  return (
    <OutcomeContext value={setOutcome}>
      {children}
      <Dialog
        title={outcome?.title ?? ""}
        isOpen={outcome !== null}
        onClose={close}
        alert
        actions={
          <Button kind="primary" onPress={close} autoFocus>
            {t("ui.close")}
          </Button>
        }
      >
        <div role="status">
          <Notice tone="ok" title={t("act.done")}>
            {outcome?.did}
          </Notice>
        </div>
      </Dialog>
    </OutcomeContext>
  );
}
