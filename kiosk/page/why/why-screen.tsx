import { seconds } from "@wardkey/protocol";
import type { LockAccountView, ScreenView } from "@wardkey/protocol/screen";
import { Button, Notice, Ring } from "@wardkey/ui";
import { History } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useLeftAlone } from "../enrolment/use-left-alone.js";
import { Frame } from "../frame.js";
import { useWords } from "../words.js";
import { wordsOf } from "./account.js";
import { EvidenceStrip } from "./evidence-strip.js";

const LEFT_ALONE = seconds(60);

export interface WhyScreenProps {
  readonly view: ScreenView;
  readonly account: LockAccountView;
  readonly now: number;
  readonly onWrong: () => void;
  readonly onClose: () => void;
}

/** For whoever comes back and finds it locked: what the kiosk believed, and a way to say that it was mistaken. */
export function WhyScreen({ view, account, now, onWrong, onClose }: WhyScreenProps): ReactNode {
  const { t, formats } = useWords();
  useLeftAlone(now, onClose, LEFT_ALONE);
  const { line, figures, reason } = wordsOf(account, formats);
  const picture =
    account.strip.length > 0 ? (
      <EvidenceStrip strip={account.strip} />
    ) : (
      <Ring value={null}>
        <History className="glyph" strokeWidth={1.25} aria-hidden />
      </Ring>
    );
  return (
    <Frame view={view} now={now} tone="calm" line={t(line.key, line.values)} picture={picture} focusOn="why">
      {figures.length === 0 ? null : (
        <ul className="says figures">
          {figures.map(({ key, values }) => (
            <li key={key}>{t(key, values)}</li>
          ))}
        </ul>
      )}
      {reason === null ? null : <p className="also">{t(reason.key)}</p>}
      {account.feedback === "given" ? <Notice tone="ok">{t("account.thanks")}</Notice> : null}
      <div className="offers">
        {account.feedback === "open" ? (
          <Button kind="secondary" large onPress={onWrong}>
            {t("account.wrong")}
          </Button>
        ) : null}
        <Button kind={account.feedback === "open" ? "quiet" : "secondary"} large onPress={onClose}>
          {t("account.back")}
        </Button>
      </div>
    </Frame>
  );
}
