import { LiveRegion, Notice, StatusDot } from "@wardkey/ui";
import { CheckCheck } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { Empty } from "../parts/empty.js";
import { InForce, type Rollout } from "../policy/answers.js";
import { RefusalNotice } from "../session/refusal.js";
import { addressOfOne } from "../shell/address.js";
import { useLive } from "../shell/live.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useAnswer } from "../shell/use-answer.js";
import { CATALOGUES, type StatusKey, useWords } from "../words.js";
import { Adoption } from "./adoption.js";
import { Progress } from "./answers.js";
import { History } from "./history.js";
import { Measures } from "./measures.js";
import { Rings } from "./rings.js";
import { RollForward } from "./roll-forward.js";
import { RolloutActs } from "./rollout-acts.js";
import "../policy/policy.css";
import "./rollout.css";

/** How far a policy came, whether it does harm, and the hand on the brake. */
export function RolloutPage(): ReactNode {
  const { t, formats } = useWords();
  const { may } = useMe();
  const live = useLive();
  const now = useAnswer({ topic: "rollout", path: "v1/policy", answer: InForce });
  const progress = useAnswer({ topic: "rollout", path: "v1/policy/rollout/progress", answer: Progress });
  const [did, setDid] = useState<{ words: string; status: Rollout["status"] } | null>(null);
  const { data } = now;
  const rollout = data?.rollout ?? null;
  const isLost = live === "lost" || now.refusal === "lost";
  const there = progress.data?.candidate?.there ?? 0;
  return (
    <Page
      title={t("nav.rollout")}
      says={t("rollout.says")}
      actions={
        data !== undefined && may("security-officer") ? (
          <>
            {rollout?.status === "running" ? null : (
              <RollForward newest={Math.max(data.version, rollout?.version ?? 0)} />
            )}
            {rollout === null ? null : (
              <RolloutActs
                rollout={rollout}
                there={there}
                again={now.again}
                onDone={(words, status) => setDid({ words, status })}
              />
            )}
          </>
        ) : undefined
      }
    >
      <div role="status" className="refusal">
        {did !== null && did.status === rollout?.status ? <Notice tone="ok" title={did.words} /> : null}
      </div>
      {isLost ? (
        <Notice
          tone="stop"
          title={now.at === 0 ? t("rollout.lost") : t("rollout.lost.since", { time: formats.exactTime(now.at) })}
        >
          <p>{t("rollout.lost.says")}</p>
        </Notice>
      ) : null}
      <RefusalNotice code={now.refusal === "lost" ? null : now.refusal} />
      {data === undefined ? null : rollout === null ? (
        <div className="panel">
          <Empty icon={CheckCheck} says={t("rollout.none.says", { version: data.version })} />
        </div>
      ) : (
        <>
          <Headline rollout={rollout} stable={data.version} isStale={isLost} />
          <Measures rollout={rollout} />
        </>
      )}
      {progress.data === undefined ? <RefusalNotice code={progress.refusal} /> : <Adoption progress={progress.data} />}
      {may("operator") ? <History /> : null}
    </Page>
  );
}

function Headline({ rollout, stable, isStale }: { rollout: Rollout; stable: number; isStale: boolean }): ReactNode {
  const { t, formats } = useWords();
  const { version, status, since, reason } = rollout;
  const key = `rollout.reason.${reason ?? ""}`;
  const why = reason === null ? null : isKey(key) ? t(key) : reason;
  const says = t(`rollout.headline.${status}`, { version, stable, time: formats.dateTime(since) });
  return (
    <div className="panel rollout-now" data-status={status} data-stale={isStale}>
      <div className="group-head">
        <h2>
          <a className="plain-link" href={addressOfOne("/policy", `version-${version}`)}>
            {t("policy.version", { version })}
          </a>
        </h2>
        <StatusDot
          tone={status === "running" ? "accent" : status === "halted" ? "stop" : "neutral"}
          word={t(`rollout.status.${status}`)}
        />
      </div>
      <LiveRegion message={says} />
      <p>{says}</p>
      {why === null ? null : (
        <Notice tone={status === "halted" ? "stop" : "neutral"} title={t("rollout.why", { why })} />
      )}
      <Rings rollout={rollout} />
    </div>
  );
}

const isKey = (key: string): key is StatusKey => Object.hasOwn(CATALOGUES.en, key);
