import { nudgeSentence, templateOf } from "@wardkey/protocol/nudge";
import type { NudgeView } from "@wardkey/protocol/screen";
import { Button } from "@wardkey/ui";
import { Check } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { Drawing } from "../lesson/drawing.js";
import { useWords } from "../words.js";

export interface NudgeCardProps {
  readonly nudge: NudgeView;
  readonly now: number;
  readonly onDismiss: () => void;
}

/** One sentence and one picture, over whatever is there and never over work; gone with a touch, or by itself. */
export function NudgeCard({ nudge, now, onDismiss }: NudgeCardProps): ReactNode {
  const { t, language } = useWords();
  const template = templateOf(nudge.template);
  if (template === null || now >= nudge.until) return null;
  return (
    <aside className="nudge" aria-label={t("nudge.title")} data-template={template.id}>
      <Drawing picture={template.picture} />
      <p className="nudge-says" role="status">
        {nudgeSentence(template, language, nudge.parameters)}
      </p>
      <Button kind="secondary" large icon={<Check size={24} aria-hidden />} onPress={onDismiss}>
        {t("nudge.dismiss")}
      </Button>
    </aside>
  );
}
