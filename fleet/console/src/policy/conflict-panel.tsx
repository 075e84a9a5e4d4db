import type { PolicyContent } from "@wardkey/protocol/policy";
import { Button, Choices, LiveRegion, Notice } from "@wardkey/ui";
import { GitMerge } from "@wardkey/ui/icons";
import { type ReactNode, useMemo, useState } from "react";
import { useWords } from "../words.js";
import type { Draft } from "./answers.js";
import { type Conflict, merge, type Side } from "./merge.js";
import { placeWords, settingWords, valueWords } from "./saying.js";

export interface ConflictPanelProps {
  readonly base: PolicyContent;
  /** `null`: the text cannot be read just now, and is kept as it is. */
  readonly mine: PolicyContent | null;
  readonly theirs: Draft;
  readonly onMerged: (merged: PolicyContent) => void;
}

/** Two people wrote at once: what each changed alone is taken from both, and of the rest the reader chooses. */
export function ConflictPanel({ base, mine, theirs, onMerged }: ConflictPanelProps): ReactNode {
  const { t, formats } = useWords();
  const [choices, setChoices] = useState<ReadonlyMap<string, Side>>(new Map());
  const merged = useMemo(
    () => (mine === null ? null : merge({ base, mine, theirs: theirs.content }, choices)),
    [base, mine, theirs, choices],
  );
  const open = merged?.conflicts.filter(({ key }) => !choices.has(key)).length ?? 0;
  const title = t("policy.conflict.title", { who: theirs.by, time: formats.dateTime(theirs.at) });
  return (
    <section className="panel conflict" aria-label={t("policy.conflict")}>
      <LiveRegion message={title} />
      <Notice tone="wait" title={title} icon={GitMerge}>
        <p>{t("policy.conflict.says")}</p>
      </Notice>
      {merged === null ? (
        <p>{t("policy.conflict.unreadable")}</p>
      ) : (
        <>
          <p>
            {t("policy.conflict.kept", { mine: merged.kept.mine, theirs: merged.kept.theirs })}{" "}
            {merged.conflicts.length === 0
              ? t("policy.conflict.none")
              : t("policy.conflict.choose", { count: merged.conflicts.length })}
          </p>
          <div className="conflict-list">
            {merged.conflicts.map((conflict) => (
              <ConflictChoice
                key={conflict.key}
                conflict={conflict}
                who={theirs.by}
                chosen={choices.get(conflict.key) ?? null}
                onChoose={(side) => setChoices(new Map(choices).set(conflict.key, side))}
              />
            ))}
          </div>
          <div className="approval-actions">
            {open > 0 ? <p className="wk-muted">{t("policy.conflict.open", { count: open })}</p> : null}
            <Button
              kind="primary"
              isDisabled={open > 0 || merged.content === null}
              icon={<GitMerge size={20} aria-hidden />}
              onPress={() => {
                if (merged.content !== null) onMerged(merged.content);
              }}
            >
              {t("policy.conflict.go")}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

interface ConflictChoiceProps {
  readonly conflict: Conflict;
  readonly who: string;
  readonly chosen: Side | null;
  readonly onChoose: (side: Side) => void;
}

function ConflictChoice({ conflict, who, chosen, onChoose }: ConflictChoiceProps): ReactNode {
  const { t, formats } = useWords();
  const { path, setting, base, mine, theirs } = conflict;
  const say = (value: unknown): string => valueWords(setting, value, { t, formats });
  const about = [placeWords(path, t), ...(setting === null ? [] : [settingWords(setting, t)])].join(" · ");
  return (
    <Choices<Side | "">
      label={`${about} (${t("policy.conflict.was", { value: say(base) })})`}
      value={chosen ?? ""}
      onChange={(side) => {
        if (side !== "") onChoose(side);
      }}
      options={[
        { value: "mine", title: say(mine), says: t("policy.conflict.mine") },
        { value: "theirs", title: say(theirs), says: t("policy.conflict.theirs", { who }) },
      ]}
    />
  );
}
