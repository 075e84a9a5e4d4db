import { seconds } from "@wardkey/protocol";
import type { FromScreen, ScreenView, WaysView } from "@wardkey/protocol/screen";
import { Button, type Refusal, Ring } from "@wardkey/ui";
import { IdCard, KeyRound, Ticket } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { useLeftAlone } from "../enrolment/use-left-alone.js";
import { Frame } from "../frame.js";
import { useWords } from "../words.js";
import { EntryScreen } from "./entry-screen.js";

/** Longer than anybody looks for their paper, shorter than it takes the next person to come by. */
const LEFT_ALONE = seconds(60);

export interface WaysScreenProps {
  readonly view: ScreenView;
  readonly ways: WaysView;
  readonly now: number;
  readonly refusal: Refusal | null;
  readonly ask: (message: FromScreen) => void;
  readonly onClose: () => void;
}

type Chosen = "code" | "badge";

/** Who cannot or will not be known by phone and face: what they may do instead, and where they type it. */
export function WaysScreen({ view, ways, now, refusal, ask, onClose }: WaysScreenProps): ReactNode {
  const only = ways.badge === "none" ? "code" : ways.code ? null : "badge";
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const touched = useLeftAlone(now, onClose, LEFT_ALONE);
  const way = ways.badge === "read" ? "badge" : (only ?? chosen);
  const back = () => {
    ask({ type: "ways-cancel" });
    touched();
    if (only === null && way !== null) setChosen(null);
    else onClose();
  };
  const entry = { view, ways, now, onBack: back, onTouched: touched };
  const refused = (command: string) => (refusal?.command === command ? refusal : null);
  if (way === "code") {
    return (
      <EntryScreen
        {...entry}
        key="code"
        kind="code"
        refusal={refused("enter-code")}
        onEnter={(code) => ask({ type: "enter-code", code })}
      />
    );
  }
  if (way === "badge" && ways.badge === "read") {
    return (
      <EntryScreen
        {...entry}
        key="pin"
        kind="pin"
        refusal={refused("enter-pin")}
        onEnter={(pin) => ask({ type: "enter-pin", of: "badge", pin })}
      />
    );
  }
  return way === "badge" ? (
    <HoldBadge {...entry} />
  ) : (
    <Choose
      view={view}
      now={now}
      onChoose={(each) => {
        touched();
        setChosen(each);
      }}
      onBack={back}
    />
  );
}

interface WaysFrameProps {
  readonly view: ScreenView;
  readonly now: number;
  readonly tone: "calm" | "accent";
  readonly line: string;
  readonly focusOn: string;
  readonly glyph: typeof KeyRound;
  readonly onBack: () => void;
  readonly children: ReactNode;
}

/** A picture, a line, what may be done, and the way back. */
function WaysFrame({ glyph: Glyph, onBack, children, ...frame }: WaysFrameProps): ReactNode {
  const { t } = useWords();
  const picture = (
    <Ring value={null}>
      <Glyph className="glyph" strokeWidth={1.25} aria-hidden />
    </Ring>
  );
  return (
    <Frame {...frame} picture={picture}>
      {children}
      <div className="offers">
        <Button kind="secondary" large onPress={onBack}>
          {t("ways.back")}
        </Button>
      </div>
    </Frame>
  );
}

type StepProps = Pick<WaysFrameProps, "view" | "now" | "onBack">;

function Choose({ onChoose, ...step }: StepProps & { readonly onChoose: (way: Chosen) => void }): ReactNode {
  const { t } = useWords();
  return (
    <WaysFrame {...step} tone="calm" line={t("ways.title")} focusOn="ways" glyph={KeyRound}>
      <div className="ways">
        <Button className="way" icon={<Ticket aria-hidden />} onPress={() => onChoose("code")}>
          <span className="way-words">
            <span>{t("ways.code")}</span>
            <span className="way-says">{t("ways.code.says")}</span>
          </span>
        </Button>
        <Button className="way" icon={<IdCard aria-hidden />} onPress={() => onChoose("badge")}>
          <span className="way-words">
            <span>{t("ways.badge")}</span>
            <span className="way-says">{t("ways.badge.says")}</span>
          </span>
        </Button>
      </div>
    </WaysFrame>
  );
}

function HoldBadge({ view, now, onBack }: StepProps): ReactNode {
  const { t } = useWords();
  const step = { view, now, onBack };
  return (
    <WaysFrame {...step} tone="accent" line={t("ways.badge.line")} focusOn="badge" glyph={IdCard}>
      <p className="says">{t("ways.badge.hold")}</p>
    </WaysFrame>
  );
}
