import type { PhoneView } from "@wardkey/protocol/phone";
import { Button, Ring } from "@wardkey/ui";
import { Bluetooth, CircleX } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useWords } from "../words.js";
import { wordsOfCode } from "../words-of-code.js";
import type { Send } from "./screen.js";

interface EnrolmentProps {
  readonly enrolment: Exclude<NonNullable<PhoneView["enrolment"]>, { step: "done" }>;
  readonly now: number;
  readonly send: Send;
}

/** One step of an enrolment: one line, one picture, one action. */
export function Enrolment({ enrolment, now, send }: EnrolmentProps): ReactNode {
  const { t, formats } = useWords();
  const leave = (): boolean => send({ type: "enrol-cancel" });
  switch (enrolment.step) {
    case "waiting":
      return (
        <div className="step">
          <div className="step-ring">
            <Ring value={null}>
              <Bluetooth size={56} strokeWidth={1.5} aria-hidden />
            </Ring>
          </div>
          <h1>{t("enrol.waiting")}</h1>
          <p>{t("enrol.waiting.says", { left: formats.elapsed(Math.max(0, enrolment.until - now)) })}</p>
          <Button kind="secondary" large onPress={leave}>
            {t("enrol.cancel")}
          </Button>
        </div>
      );
    case "compare-code":
      return (
        <div className="step">
          <h1>{t("enrol.compare")}</h1>
          <p className="digits wk-figures">
            <span>{enrolment.code.slice(0, 3)}</span> <span>{enrolment.code.slice(3)}</span>
          </p>
          <p>{t("enrol.compare.says")}</p>
          <Button kind="stop" large onPress={leave}>
            {t("enrol.compare.stop")}
          </Button>
        </div>
      );
    case "failed":
      return (
        <div className="step">
          <CircleX className="step-stop" size={88} strokeWidth={1.5} aria-hidden />
          <h1>{t("enrol.failed")}</h1>
          <p>{t(wordsOfCode(enrolment.code), { code: enrolment.code })}</p>
          <Button kind="primary" large onPress={leave}>
            {t("enrol.failed.close")}
          </Button>
        </div>
      );
  }
}
