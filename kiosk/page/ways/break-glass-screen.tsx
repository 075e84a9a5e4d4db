import { seconds } from "@wardkey/protocol";
import type { BreakGlassView, FromScreen } from "@wardkey/protocol/screen";
import { Button, Notice } from "@wardkey/ui";
import { IdCard, Siren } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { useLeftAlone } from "../enrolment/use-left-alone.js";
import { type KioskKey, useWords } from "../words.js";
import { EntryScreen } from "./entry-screen.js";
import { type StepProps, type WayPageProps, WaysFrame } from "./ways-frame.js";

const LEFT_ALONE = seconds(60);

type Reason = Extract<FromScreen, { type: "break-glass" }>["reason"];
const REASONS = [
  "patient-in-danger",
  "system-down",
  "no-way-in",
  "other-emergency",
] as const satisfies readonly Reason[];

export interface BreakGlassScreenProps extends WayPageProps {
  readonly glass: BreakGlassView;
}

/** An emergency: why, in one touch; then a personal code, or the badges of two people. */
export function BreakGlassScreen(props: BreakGlassScreenProps): ReactNode {
  const { view, glass, now, refusal, ask, onClose } = props;
  const { t } = useWords();
  const [reason, setReason] = useState<Reason | null>(null);
  const touched = useLeftAlone(now, onClose, LEFT_ALONE);
  const close = () => {
    ask({ type: "break-glass-cancel" });
    onClose();
  };
  if (reason === null) {
    const choose = (each: Reason) => {
      touched();
      setReason(each);
      if (!glass.code) ask({ type: "break-glass-badges", reason: each });
    };
    return <Why view={view} now={now} minutes={glass.minutes} onChoose={choose} onBack={close} />;
  }
  if (!glass.code || glass.badges === "first" || glass.badges === "second") {
    return <TwoBadges view={view} now={now} glass={glass} onBack={close} />;
  }
  return (
    <EntryScreen
      view={view}
      ways={glass}
      now={now}
      kind="glass"
      refusal={refusal?.command === "break-glass" ? refusal : null}
      onEnter={(code) => ask({ type: "break-glass", reason, code })}
      onBack={close}
      onTouched={touched}
      offer={
        glass.badges === "ready" ? (
          <Button
            kind="secondary"
            large
            icon={<IdCard aria-hidden />}
            onPress={() => ask({ type: "break-glass-badges", reason })}
          >
            {t("glass.badges")}
          </Button>
        ) : null
      }
    />
  );
}

interface WhyProps extends StepProps {
  readonly minutes: number;
  readonly onChoose: (reason: Reason) => void;
}

function Why({ minutes, onChoose, ...step }: WhyProps): ReactNode {
  const { t } = useWords();
  return (
    <WaysFrame {...step} tone="stop" line={t("glass.title")} focusOn="glass" glyph={Siren}>
      <p className="says">{t("glass.says", { minutes })}</p>
      <div className="ways glass-reasons">
        {REASONS.map((reason) => (
          <Button key={reason} className="way" onPress={() => onChoose(reason)}>
            {t(`glass.reason.${reason}` satisfies KioskKey)}
          </Button>
        ))}
      </div>
    </WaysFrame>
  );
}

function TwoBadges({ glass, ...step }: StepProps & { readonly glass: BreakGlassView }): ReactNode {
  const { t } = useWords();
  const line = glass.badges === "second" ? "glass.badges.second" : "glass.badges.first";
  const refused = glass.badgeRefused;
  return (
    <WaysFrame {...step} tone="stop" line={t(line)} focusOn={line} glyph={IdCard}>
      <p className="says">{t(glass.asking ? "glass.asking" : "glass.badges.says")}</p>
      <div className="way-said" aria-live="polite">
        {refused === null ? null : <Notice tone="stop">{t(`glass.${refused}` satisfies KioskKey)}</Notice>}
      </div>
    </WaysFrame>
  );
}
