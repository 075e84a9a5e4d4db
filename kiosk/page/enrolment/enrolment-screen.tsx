import { assertNever } from "@wardkey/protocol";
import type { EnrolmentView, FromScreen, ScreenView } from "@wardkey/protocol/screen";
import { Button, Ring } from "@wardkey/ui";
import { Smartphone, UserRoundCheck, X } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { Preview } from "../camera/preview.js";
import { Frame } from "../frame.js";
import { failedKey } from "../refusals.js";
import { HINT, type SceneTone } from "../scene/scene.js";
import { useWords } from "../words.js";
import { Offer } from "./offer.js";
import { OvalRing } from "./oval-ring.js";
import { QrCode } from "./qr-code.js";
import { StepFoot } from "./steps.js";

export interface EnrolmentScreenProps {
  readonly view: ScreenView;
  readonly enrolment: EnrolmentView;
  readonly now: number;
  readonly stream: MediaStream | null;
  readonly phonePage: URL | null;
  readonly send: (message: FromScreen) => void;
  readonly onRetry: () => void;
}

interface StepLook {
  readonly tone: SceneTone;
  readonly line: string;
  readonly picture: ReactNode;
  readonly words: ReactNode;
  readonly step: 1 | 2 | 3 | null;
  readonly cancellable: boolean;
}

const cancel = ({ send }: Pick<EnrolmentScreenProps, "send">) => send({ type: "enrol-cancel" });

/** One enrolment, step by step, in the same frame as everything else. */
export function EnrolmentScreen(props: EnrolmentScreenProps): ReactNode {
  const look = useStepLook(props);
  return (
    <Frame
      view={props.view}
      now={props.now}
      tone={look.tone}
      line={look.line}
      picture={look.picture}
      foot={<StepFoot step={look.step} {...(look.cancellable ? { onCancel: () => cancel(props) } : {})} />}
      focusOn={props.enrolment.step}
    >
      {look.words}
    </Frame>
  );
}

function useStepLook({ enrolment, now, stream, phonePage, send, onRetry }: EnrolmentScreenProps): StepLook {
  const { t } = useWords();
  switch (enrolment.step) {
    case "offer":
      return {
        tone: "calm",
        line: t("enrol.offer.line"),
        picture: <QrCode text={enrolment.qr} label={t("enrol.offer.qr")} />,
        words: <Offer offer={enrolment} now={now} phonePage={phonePage} />,
        step: 1,
        cancellable: true,
      };
    case "connecting":
      return {
        tone: "accent",
        line: t("enrol.connecting.line"),
        picture: (
          <Ring value={null}>
            <Smartphone className="glyph" strokeWidth={1.25} aria-hidden />
          </Ring>
        ),
        words: <p className="says">{t("enrol.connecting.says")}</p>,
        step: 1,
        cancellable: true,
      };
    case "compare-code":
      return {
        tone: "calm",
        line: t("enrol.compare.line"),
        picture: <Digits code={enrolment.code} />,
        words: (
          <>
            <p className="says">{t("enrol.compare.says")}</p>
            <div className="offers">
              <Button kind="primary" large onPress={() => send({ type: "enrol-codes", agree: true })}>
                {t("enrol.compare.agree")}
              </Button>
              <Button kind="secondary" large onPress={() => send({ type: "enrol-codes", agree: false })}>
                {t("enrol.compare.differ")}
              </Button>
            </div>
          </>
        ),
        step: 2,
        cancellable: true,
      };
    case "capture":
      return {
        tone: "accent",
        line: t(HINT[enrolment.hint]),
        picture: (
          <OvalRing value={enrolment.progress} label={t("enrol.capture.progress")}>
            <Preview stream={stream} label={t("enrol.capture.preview")} />
          </OvalRing>
        ),
        words: <p className="says">{t("enrol.capture.says", { name: enrolment.name })}</p>,
        step: 3,
        cancellable: true,
      };
    case "finishing":
      return {
        tone: "accent",
        line: t("enrol.finishing.line"),
        picture: (
          <Ring value={1}>
            <Smartphone className="glyph" strokeWidth={1.25} aria-hidden />
          </Ring>
        ),
        words: <p className="says">{t("enrol.finishing.says")}</p>,
        step: 3,
        cancellable: false,
      };
    case "done":
      return {
        tone: "ok",
        line: t("enrol.done.line", { name: enrolment.name }),
        picture: (
          <Ring value={1}>
            <UserRoundCheck className="glyph" strokeWidth={1.25} aria-hidden />
          </Ring>
        ),
        words: (
          <>
            <p className="says">{t("enrol.done.says")}</p>
            <div className="offers">
              <Button kind="primary" large onPress={() => cancel({ send })}>
                {t("enrol.close")}
              </Button>
            </div>
          </>
        ),
        step: 3,
        cancellable: false,
      };
    case "failed":
      return {
        tone: "stop",
        line: t("enrol.failed.line"),
        picture: (
          <Ring value={1}>
            <X className="glyph glyph-alone" strokeWidth={1.5} aria-hidden />
          </Ring>
        ),
        words: (
          <>
            <p className="says">{t(failedKey(enrolment.code), { code: enrolment.code })}</p>
            <p className="also">{t("enrol.failed.kept")}</p>
            <div className="offers">
              <Button kind="primary" large onPress={onRetry}>
                {t("enrol.retry")}
              </Button>
            </div>
          </>
        ),
        step: null,
        cancellable: true,
      };
    default:
      return assertNever(enrolment);
  }
}

/** Two groups of three, as people read them out. */
function Digits({ code }: { code: string }): ReactNode {
  return (
    <p className="digits wk-figures">
      <span>{code.slice(0, 3)}</span>
      <span>{code.slice(3)}</span>
    </p>
  );
}
