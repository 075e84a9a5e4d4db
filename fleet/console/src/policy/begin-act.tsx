import { Button } from "@wardkey/ui";
import { FilePen } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { ask } from "../api/ask.js";
import { useAct } from "../session/use-act.js";
import { useGo } from "../shell/use-search.js";
import { useWords } from "../words.js";
import { Draft } from "./answers.js";

/** A draft with the content of one policy. */
export function BeginAct({ version }: { version: number }): ReactNode {
  const { t } = useWords();
  const { busy, act } = useAct();
  const go = useGo();
  return (
    <Button
      kind="quiet"
      isDisabled={busy}
      icon={<FilePen size={18} aria-hidden />}
      aria-label={t("policy.begin.from.which", { version })}
      onPress={() =>
        act(async () => {
          const draft = await ask({ method: "POST", path: "v1/policy/drafts", body: { from: version }, answer: Draft });
          go(`/policy/${draft.id}`);
        })
      }
    >
      {t("policy.begin.from")}
    </Button>
  );
}
