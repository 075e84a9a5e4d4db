import type { FromScreen, WaysView } from "@wardkey/protocol/screen";
import { Button, Notice, type Refusal } from "@wardkey/ui";
import { Smartphone } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { useWords } from "../words.js";
import { EntryScreen } from "./entry-screen.js";
import { refusedKey } from "./refused-words.js";
import { type StepProps, WaysFrame } from "./ways-frame.js";

export interface PhoneWayProps extends StepProps {
  readonly ways: WaysView;
  readonly refused: (command: FromScreen["type"]) => Refusal | null;
  readonly ask: (message: FromScreen) => void;
  readonly onTouched: () => void;
}

/** A phone shows whose it is, and that person types their PIN; whose it is stands above, so that nobody types it for another. */
export function PhoneWay({ ways, refused, ask, onTouched, ...step }: PhoneWayProps): ReactNode {
  const { t } = useWords();
  const askPhone = () => {
    onTouched();
    ask({ type: "ways-phone" });
  };
  const refusal = refused("ways-phone") ?? refused("enter-pin");
  if (ways.phone === "read") {
    const name = ways.phoneName ?? "";
    const entry = { ...step, ways, name, refusal, onTouched, onOther: askPhone };
    return <PhonePin key={name} {...entry} onEnter={(pin) => ask({ type: "enter-pin", of: "phone", pin })} />;
  }
  const asking = ways.phone === "asking";
  return (
    <WaysFrame
      {...step}
      tone="accent"
      line={t(asking ? "ways.phone.asking" : "ways.phone.line")}
      focusOn={`phone ${asking}`}
      glyph={Smartphone}
      offer={
        <Button kind="primary" large isDisabled={asking} onPress={askPhone}>
          {t("ways.phone.ask")}
        </Button>
      }
    >
      <p className="says">{t(asking ? "ways.phone.agree" : "ways.phone.hold")}</p>
      <div className="way-said" aria-live="polite">
        {asking || refusal === null ? null : (
          <Notice tone="stop">{t(refusedKey(refusal.code, "phone"), { code: refusal.code })}</Notice>
        )}
      </div>
    </WaysFrame>
  );
}

interface PhonePinProps extends StepProps {
  readonly ways: WaysView;
  readonly name: string;
  readonly refusal: Refusal | null;
  readonly onEnter: (pin: string) => void;
  readonly onOther: () => void;
  readonly onTouched: () => void;
}

function PhonePin({ name, refusal, onOther, ...entry }: PhonePinProps): ReactNode {
  const { t } = useWords();
  // What was refused before this phone showed its key is not said of its PIN.
  const [before] = useState(refusal?.serial);
  return (
    <EntryScreen
      {...entry}
      kind="pin"
      whose={name}
      refusal={refusal?.serial === before ? null : refusal}
      offer={
        <Button kind="secondary" large onPress={onOther}>
          {t("ways.phone.other", { name })}
        </Button>
      }
    />
  );
}
