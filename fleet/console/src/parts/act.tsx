import { Button, type ButtonProps, Dialog, TextField } from "@wardkey/ui";
import { type ReactNode, useState } from "react";
import { RefusalNotice } from "../session/refusal.js";
import { useAct } from "../session/use-act.js";
import { useOutcome } from "../shell/outcomes.js";
import { useWords } from "../words.js";

export interface ActProps {
  /** The button on the page. */
  readonly label: string;
  readonly icon?: ReactNode;
  readonly kind?: ButtonProps["kind"];
  readonly isDisabled?: boolean;
  /** The question: "Deny Bed 7?" */
  readonly title: string;
  /** What it will touch, in words, before it happens; fields for what the act needs may follow. */
  readonly says: ReactNode;
  /** The button that does it: a verb. */
  readonly confirm: string;
  /** It cannot be undone: no touch outside closes the question. */
  readonly grave?: boolean;
  /** Asks for a reason, which is written into the audit. */
  readonly reason?: string;
  readonly mayConfirm?: boolean;
  /** Does it, and says what it did: shown and read out. `null` closes without a word. */
  readonly work: (reason: string) => Promise<ReactNode>;
  readonly onOpen?: () => void;
}

const LONGEST_REASON = 200;

/** One act: a button, then a question that says what it will touch, then what it did. */
export function Act(props: ActProps): ReactNode {
  const { label, icon, kind = "secondary", title, says, confirm, grave = false, reason, mayConfirm = true } = props;
  const { t } = useWords();
  const { busy, refusal, act } = useAct();
  const [open, setOpen] = useState(false);
  const [why, setWhy] = useState("");
  const tell = useOutcome();
  const close = (): void => setOpen(false);
  const begin = (): void => {
    setWhy("");
    props.onOpen?.();
    setOpen(true);
  };
  const go = (): void =>
    act(async () => {
      const outcome = await props.work(why.trim());
      close();
      if (outcome !== null) tell({ title: label, did: outcome });
    });
  return (
    <>
      <Button
        kind={kind === "stop" ? "secondary" : kind}
        {...(kind === "stop" ? { className: "act-stop" } : {})}
        onPress={begin}
        icon={icon}
        {...(props.isDisabled === true ? { isDisabled: true } : {})}
      >
        {label}
      </Button>
      <Dialog
        title={title}
        isOpen={open}
        onClose={close}
        alert={grave}
        actions={
          <>
            <Button onPress={close}>{t("act.cancel")}</Button>
            <Button kind={kind === "stop" ? "stop" : "primary"} onPress={go} isDisabled={busy || !mayConfirm}>
              {confirm}
            </Button>
          </>
        }
      >
        <div className="act-says">
          {typeof says === "string" ? <p>{says}</p> : says}
          {reason === undefined ? null : (
            <TextField label={reason} value={why} onChange={setWhy} maxLength={LONGEST_REASON} />
          )}
          <RefusalNotice code={refusal} />
        </div>
      </Dialog>
    </>
  );
}
