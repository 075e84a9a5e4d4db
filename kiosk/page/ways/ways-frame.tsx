import type { FromScreen, ScreenView } from "@wardkey/protocol/screen";
import { Button, type Refusal, Ring } from "@wardkey/ui";
import type { KeyRound } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { Frame } from "../frame.js";
import { useWords } from "../words.js";

/** What every page for somebody without a face is given. */
export interface WayPageProps {
  readonly view: ScreenView;
  readonly now: number;
  /** Of what was typed or asked here last. */
  readonly refusal: Refusal | null;
  readonly ask: (message: FromScreen) => void;
  readonly onClose: () => void;
}

export interface WaysFrameProps {
  readonly view: ScreenView;
  readonly now: number;
  readonly tone: "calm" | "accent" | "stop";
  readonly line: string;
  readonly focusOn: string;
  readonly glyph: typeof KeyRound;
  readonly onBack: () => void;
  /** What may be done, before the way back. */
  readonly offer?: ReactNode;
  readonly children: ReactNode;
}

/** What one step of them is given of it. */
export type StepProps = Pick<WaysFrameProps, "view" | "now" | "onBack">;

/** A picture, a line, what may be done, and the way back. */
export function WaysFrame({ glyph: Glyph, onBack, offer = null, children, ...frame }: WaysFrameProps): ReactNode {
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
        {offer}
        <Button kind="secondary" large onPress={onBack}>
          {t("ways.back")}
        </Button>
      </div>
    </Frame>
  );
}
