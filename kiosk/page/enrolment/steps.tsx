import { Button } from "@wardkey/ui";
import { Check, QrCode, ScanFace, Smartphone } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useWords } from "../words.js";

const STEPS = [
  { key: "enrol.step.phone", icon: QrCode },
  { key: "enrol.step.compare", icon: Smartphone },
  { key: "enrol.step.face", icon: ScanFace },
] as const;

/** The three steps of an enrolment as a list; `current` is the one under way, 0 before the first. */
export function Steps({ current }: { current: number }): ReactNode {
  const { t } = useWords();
  return (
    <ol className="steps">
      {STEPS.map(({ key, icon: Icon }, index) => (
        <li key={key} className="step" data-done={index + 1 < current}>
          <span className="step-icon" aria-hidden>
            {index + 1 < current ? <Check size={28} /> : <Icon size={28} strokeWidth={1.75} />}
          </span>
          <span>{t(key)}</span>
        </li>
      ))}
    </ol>
  );
}

export interface StepFootProps {
  /** `null` once there are no steps left to take. */
  readonly step: 1 | 2 | 3 | null;
  /** Absent where there is nothing left to cancel. */
  readonly onCancel?: () => void;
}

/** The same steps as one sentence at the foot, with the way out. */
export function StepFoot({ step, onCancel }: StepFootProps): ReactNode {
  const { t } = useWords();
  return (
    <div className="step-foot">
      {step === null ? null : (
        <>
          <span className="step-bars" aria-hidden>
            {STEPS.map(({ key }, index) => (
              <span key={key} data-reached={index < step} />
            ))}
          </span>
          <p>{t("enrol.step", { step })}</p>
        </>
      )}
      {onCancel === undefined ? null : (
        <Button kind="quiet" onPress={onCancel}>
          {t("enrol.cancel")}
        </Button>
      )}
    </div>
  );
}
