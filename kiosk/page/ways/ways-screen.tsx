import { seconds } from "@wardkey/protocol";
import type { WaysView } from "@wardkey/protocol/screen";
import { Button } from "@wardkey/ui";
import { IdCard, KeyRound, Smartphone, Ticket } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { useLeftAlone } from "../enrolment/use-left-alone.js";
import { useWords } from "../words.js";
import { EntryScreen } from "./entry-screen.js";
import { PhoneWay } from "./phone-way.js";
import { type StepProps, type WayPageProps, WaysFrame } from "./ways-frame.js";

/** Longer than anybody looks for their paper, shorter than it takes the next person to come by. */
const LEFT_ALONE = seconds(60);

export interface WaysScreenProps extends WayPageProps {
  readonly ways: WaysView;
}

const WAYS = [
  { way: "phone", glyph: Smartphone },
  { way: "code", glyph: Ticket },
  { way: "badge", glyph: IdCard },
] as const;
type Way = (typeof WAYS)[number]["way"];

const isOffered = (ways: WaysView, way: Way): boolean => (way === "code" ? ways.code : ways[way] !== "none");

/** Who cannot or will not be known by phone and face: what they may do instead, and where they type it. */
export function WaysScreen({ view, ways, now, refusal, ask, onClose }: WaysScreenProps): ReactNode {
  const offered = WAYS.filter(({ way }) => isOffered(ways, way));
  const only = offered.length === 1 ? (offered[0]?.way ?? null) : null;
  const [chosen, setChosen] = useState<Way | null>(null);
  const touched = useLeftAlone(now, onClose, LEFT_ALONE);
  const shown = WAYS.find(({ way }) => way !== "code" && ways[way] === "read")?.way;
  const way = shown ?? only ?? (chosen !== null && isOffered(ways, chosen) ? chosen : null);
  const back = () => {
    ask({ type: "ways-cancel" });
    touched();
    if (only === null && way !== null) setChosen(null);
    else onClose();
  };
  const step = { view, now, onBack: back };
  const entry = { ...step, ways, onTouched: touched };
  const refused = (command: string) => (refusal?.command === command ? refusal : null);
  switch (way) {
    case null:
      return (
        <Choose
          {...step}
          offered={offered}
          onChoose={(each) => {
            touched();
            setChosen(each);
            if (each === "phone") ask({ type: "ways-phone" });
          }}
        />
      );
    case "phone":
      return <PhoneWay {...entry} refused={refused} ask={ask} />;
    case "code":
      return (
        <EntryScreen
          {...entry}
          key="code"
          kind="code"
          refusal={refused("enter-code")}
          onEnter={(code) => ask({ type: "enter-code", code })}
        />
      );
    case "badge":
      return ways.badge === "read" ? (
        <EntryScreen
          {...entry}
          key="pin"
          kind="pin"
          refusal={refused("enter-pin")}
          onEnter={(pin) => ask({ type: "enter-pin", of: "badge", pin })}
        />
      ) : (
        <HoldBadge {...step} />
      );
  }
}

interface ChooseProps extends StepProps {
  readonly offered: readonly (typeof WAYS)[number][];
  readonly onChoose: (way: Way) => void;
}

function Choose({ offered, onChoose, ...step }: ChooseProps): ReactNode {
  const { t } = useWords();
  return (
    <WaysFrame {...step} tone="calm" line={t("ways.title")} focusOn="ways" glyph={KeyRound}>
      <div className={offered.length > 2 ? "ways ways-many" : "ways"}>
        {offered.map(({ way, glyph: Glyph }) => (
          <Button key={way} className="way" icon={<Glyph aria-hidden />} onPress={() => onChoose(way)}>
            <span className="way-words">
              <span>{t(`ways.${way}`)}</span>
              <span className="way-says">{t(`ways.${way}.says`)}</span>
            </span>
          </Button>
        ))}
      </div>
    </WaysFrame>
  );
}

function HoldBadge(step: StepProps): ReactNode {
  const { t } = useWords();
  return (
    <WaysFrame {...step} tone="accent" line={t("ways.badge.line")} focusOn="badge" glyph={IdCard}>
      <p className="says">{t("ways.badge.hold")}</p>
    </WaysFrame>
  );
}
