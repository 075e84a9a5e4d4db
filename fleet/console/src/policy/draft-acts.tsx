import type { PolicyContent } from "@wardkey/protocol/policy";
import { Button, Notice } from "@wardkey/ui";
import { GitPullRequestArrow, Save, Trash2 } from "@wardkey/ui/icons";
import { type ReactNode, type Ref, useImperativeHandle, useState } from "react";
import { Nothing } from "../api/answers.js";
import { ask, Refused } from "../api/ask.js";
import { Act } from "../parts/act.js";
import { RefusalNotice } from "../session/refusal.js";
import { useAct } from "../session/use-act.js";
import { useGo } from "../shell/use-search.js";
import { useWords } from "../words.js";
import { Draft, PublishedDetail, Saved } from "./answers.js";
import { forgetText } from "./kept-text.js";
import { merge } from "./merge.js";
import type { DraftText } from "./use-draft-text.js";

export interface DraftActsProps {
  readonly ref: Ref<{ save: () => void }>;
  readonly draft: Draft;
  readonly written: DraftText;
  /** Two changes wait to be joined first. */
  readonly isBlocked: boolean;
  readonly inForceVersion: number | null;
  readonly inForceContent: PolicyContent | null;
  readonly onConflict: (theirs: Draft) => void;
  readonly again: () => Promise<void>;
}

/** Save, bring up to date, discard. */
export function DraftActs(props: DraftActsProps): ReactNode {
  const { ref, draft, written, isBlocked, inForceVersion, inForceContent, onConflict, again } = props;
  const { t } = useWords();
  const { busy, refusal, act } = useAct();
  const go = useGo();
  /** What the site kept of mine when somebody was first: not needed any more once both are joined and saved. */
  const [spare, setSpare] = useState<string | null>(null);
  const path = `v1/policy/drafts/${encodeURIComponent(draft.id)}`;
  const maySave = written.isChanged && written.parsed.ok && !isBlocked && !busy;
  const save = (): void => {
    const { parsed } = written;
    if (!maySave || !parsed.ok) return;
    act(async () => {
      const body = { revision: written.revision, content: parsed.content };
      const answer = await ask({ method: "PUT", path, body, answer: Saved });
      switch (answer.outcome) {
        case "saved":
          written.settle(answer.draft);
          if (spare !== null) await drop(spare);
          setSpare(null);
          await again();
          return;
        case "conflict":
          setSpare(answer.yours?.id ?? null);
          onConflict(answer.theirs);
          return;
        case "malformed":
          throw new Refused("policy-malformed");
      }
    });
  };
  useImperativeHandle(ref, () => ({ save }));
  const isOld = inForceVersion !== null && draft.base < inForceVersion;
  return (
    <>
      {isOld && inForceContent !== null ? (
        <Act
          label={t("policy.rebase")}
          icon={<GitPullRequestArrow size={20} aria-hidden />}
          title={t("policy.rebase.title", { version: inForceVersion })}
          says={t("policy.rebase.says", { base: draft.base, version: inForceVersion })}
          confirm={t("policy.rebase.go")}
          isDisabled={written.isChanged}
          work={async () => {
            const id = await begunAnew(draft, inForceContent);
            go(`/policy/${id}`);
            return null;
          }}
        />
      ) : null}
      <Act
        label={t("policy.discard")}
        icon={<Trash2 size={20} aria-hidden />}
        title={t("policy.discard.title")}
        says={t("policy.discard.says")}
        confirm={t("policy.discard")}
        kind="quiet"
        grave
        work={async () => {
          await ask({ method: "DELETE", path, answer: Nothing });
          forgetText(localStorage, draft.id);
          go("/policy");
          return null;
        }}
      />
      <Button kind="primary" onPress={save} isDisabled={!maySave} icon={<Save size={20} aria-hidden />}>
        {t("policy.save")}
      </Button>
      {refusal === null ? null : refusal === "lost" ? (
        <div role="alert" className="refusal">
          <Notice tone="stop" title={t("policy.save.lost")}>
            <p>{t("policy.lost.says")}</p>
          </Notice>
        </div>
      ) : (
        <RefusalNotice code={refusal} />
      )}
    </>
  );
}

const drop = (id: string): Promise<unknown> =>
  ask({ method: "DELETE", path: `v1/policy/drafts/${encodeURIComponent(id)}`, answer: Nothing }).catch(() => undefined);

/** This draft's own changes over the newest policy, as a draft of its own; what both changed stays as it is in force. */
async function begunAnew(draft: Draft, inForce: PolicyContent): Promise<string> {
  const { document } = await ask({ path: `v1/policy/versions/${draft.base}`, answer: PublishedDetail });
  const { v, site, note, base, groups, layers, devices } = document;
  const merged = merge({
    base: { v, site, note, base, groups, layers, devices },
    mine: draft.content,
    theirs: inForce,
  });
  const begun = await ask({ method: "POST", path: "v1/policy/drafts", body: {}, answer: Draft });
  const body = { revision: begun.revision, content: merged.content ?? draft.content };
  const saved = await ask({ method: "PUT", path: `v1/policy/drafts/${begun.id}`, body, answer: Saved });
  if (saved.outcome !== "saved") throw new Refused("policy-draft-conflict");
  return begun.id;
}
