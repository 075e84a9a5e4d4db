import { Undo2 } from "@wardkey/ui/icons";
import { type ReactNode, useId, useState } from "react";
import { ask, Refused } from "../api/ask.js";
import { Act } from "../parts/act.js";
import { Proposed, PublishedList } from "../policy/answers.js";
import { addressOf } from "../shell/address.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";

/** An earlier policy's content under a new version, for everybody at once: versions never go back. */
export function RollForward({ newest }: { newest: number }): ReactNode {
  const { t, formats } = useWords();
  const id = useId();
  const { data } = useAnswer({ topic: "policy", path: "v1/policy/versions", answer: PublishedList });
  const earlier = (data?.versions ?? []).filter(({ version }) => version < newest);
  const [chosen, setChosen] = useState<number | null>(null);
  const version = chosen ?? earlier[0]?.version ?? null;
  if (version === null) return null;
  return (
    <Act
      label={t("rollout.forward")}
      icon={<Undo2 size={20} aria-hidden />}
      title={t("rollout.forward.title")}
      says={
        <>
          <p>{t("rollout.forward.says", { next: newest + 1 })}</p>
          <label htmlFor={id} className="setting-name">
            {t("rollout.forward.which")}
          </label>
          <select
            id={id}
            className="field-select"
            value={version}
            onChange={({ target }) => setChosen(Number(target.value))}
          >
            {earlier.map((each) => (
              <option key={each.version} value={each.version}>
                {[t("policy.version", { version: each.version }), formats.date(each.publishedAt), each.note]
                  .filter((part) => part !== "")
                  .join(" · ")}
              </option>
            ))}
          </select>
        </>
      }
      confirm={t("rollout.forward.go")}
      work={async () => {
        const path = "v1/policy/rollout/roll-forward";
        const answer = await ask({ method: "POST", path, body: { version }, answer: Proposed });
        if (answer.outcome === "refused") throw new Refused(answer.code);
        return (
          <p>
            {t(answer.needs === 2 ? "rollout.forward.done-two" : "rollout.forward.done", { version: answer.version })}{" "}
            <a className="plain-link" href={addressOf("/approvals")}>
              {t("nav.approvals")}
            </a>
          </p>
        );
      }}
    />
  );
}
