import { useQuery } from "@tanstack/react-query";
import { Button, Dialog, Notice } from "@wardkey/ui";
import { ShieldAlert, ShieldCheck } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { ask, codeOfRefusal } from "../api/ask.js";
import { Facts } from "../parts/facts.js";
import { RefusalNotice } from "../session/refusal.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { type AuditEvent, InLogOrder, ProofHashes } from "./answers.js";
import { hexOf } from "./fingerprint.js";
import type { EventJudgement } from "./judge-event.js";
import { judgeEvent } from "./judge-event.js";
import type { Proven, TreeHead } from "./judge-head.js";
import { bodyValue, kindWords } from "./saying.js";
import type { HeadState } from "./use-proven-head.js";

export interface EventDialogProps {
  readonly leaf: number;
  readonly head: HeadState & { readonly again: () => void };
  readonly onClose: () => void;
}

/** One event as it was recorded, and the proof that it stands in the signed log, computed here. */
export function EventDialog({ leaf, head, onClose }: EventDialogProps): ReactNode {
  const { t, formats } = useWords();
  const path = `v1/audit/events?before=${leaf + 1}&limit=1`;
  const { data, refusal } = useAnswer({ topic: "events", path, answer: InLogOrder });
  const event = data?.events.find((each) => each.leaf === leaf);
  return (
    <Dialog
      title={event === undefined ? t("audit.event") : kindWords(event.kind, t)}
      isOpen
      wide
      onClose={onClose}
      actions={<Button onPress={onClose}>{t("ui.close")}</Button>}
    >
      <RefusalNotice code={refusal} />
      {data !== undefined && event === undefined ? (
        <p>{t("audit.event.gone", { leaf: formats.number(leaf) })}</p>
      ) : null}
      {event === undefined ? null : (
        <div className="event">
          <Facts
            facts={[
              [t("audit.column.when"), formats.dateTime(event.at)],
              [t("audit.column.source"), t("audit.place", { source: event.source, seq: formats.number(event.seq) })],
              [t("audit.column.kind"), <code key="kind">{event.kind}</code>],
              ...Object.entries(event.body).map(([name, value]): [string, ReactNode] => [
                name,
                value === null ? "–" : bodyValue(value, formats.dateTime),
              ]),
              [t("audit.event.leaf"), formats.number(event.leaf)],
              [
                t("audit.event.hash"),
                <code key="hash" className="digest">
                  {event.hash}
                </code>,
              ],
            ]}
          />
          <Proof event={event} head={head} />
        </div>
      )}
    </Dialog>
  );
}

const provenOf = (head: HeadState): Proven | null =>
  head.state === "judged" && head.judgement.outcome !== "refused" ? head.judgement : null;

function Proof({ event, head }: { event: AuditEvent; head: EventDialogProps["head"] }): ReactNode {
  const { t, formats } = useWords();
  const proven = provenOf(head);
  const size = proven?.head.size ?? 0;
  const { data, error } = useQuery({
    queryKey: ["events", "proof", event, proven?.head],
    enabled: proven !== null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => (proven === null ? null : prove(event, proven.head)),
  });
  if (head.state === "no-cryptography") return <Notice tone="wait" title={t("audit.no-cryptography")} />;
  if (head.state === "refused") return <RefusalNotice code={head.code} />;
  if (head.state === "none") return <Notice tone="neutral" title={t("audit.no-head")} />;
  if (head.state === "judged" && proven === null) return <Notice tone="stop" title={t("audit.head.refused")} />;
  if (error !== null) return <RefusalNotice code={codeOfRefusal(error)} />;
  if (data === undefined || data === null || head.state !== "judged") {
    return <p className="wk-muted">{t("audit.proving")}</p>;
  }
  if (data.tooNew) {
    return (
      <Notice
        tone="neutral"
        title={t("audit.proof.too-new")}
        action={<Button onPress={head.again}>{t("audit.proof.again")}</Button>}
      />
    );
  }
  const sound = data.included && data.continues !== false;
  const whole = sound && head.judgement.outcome === "proven";
  return (
    <section className="proof" aria-label={t("audit.proof")}>
      <Notice
        tone={sound ? (whole ? "ok" : "wait") : "stop"}
        icon={sound ? ShieldCheck : ShieldAlert}
        title={t(sound ? (whole ? "audit.proof.holds" : "audit.proof.under-doubt") : "audit.proof.fails")}
      >
        <p>{t(sound ? "audit.proof.holds.says" : "audit.proof.fails.says", { size: formats.number(size) })}</p>
      </Notice>
      <Walk judgement={data} head={proven?.head ?? null} />
    </section>
  );
}

async function prove(event: AuditEvent, head: TreeHead): Promise<EventJudgement> {
  const search = `source=${encodeURIComponent(event.source)}&before=${event.leaf}&limit=1`;
  const [before] = (await ask({ path: `v1/audit/events?${search}`, answer: InLogOrder })).events;
  const inclusion = async (leaf: number, size: number): Promise<readonly string[]> =>
    (await ask({ path: `v1/audit/inclusion?leaf=${leaf}&size=${size}`, answer: ProofHashes })).proof;
  return judgeEvent({ event, before: before ?? null, head, inclusion });
}

/** Each step of the proof with the hashes that were computed, from the event up to the signed root. */
function Walk({ judgement, head }: { judgement: EventJudgement; head: TreeHead | null }): ReactNode {
  const { t } = useWords();
  const { continues, leaf, walk } = judgement;
  return (
    <details className="walk">
      <summary>{t("audit.proof.steps", { count: walk.length })}</summary>
      <ol>
        <li>
          <span>
            {t(
              continues === null
                ? "audit.step.chain-alone"
                : continues
                  ? "audit.step.chain"
                  : "audit.step.chain-broken",
            )}
          </span>
        </li>
        <li>
          <span>{t("audit.step.leaf")}</span>
          <code>{hexOf(leaf)}</code>
        </li>
        {walk.map(({ hash, side, made }) => (
          <li key={hexOf(made)}>
            <span>{t(side === "left" ? "audit.step.left" : "audit.step.right")}</span>
            <code className="walk-given">{hexOf(hash)}</code>
            <code>{hexOf(made)}</code>
          </li>
        ))}
        <li>
          <span>{t(judgement.included ? "audit.step.root" : "audit.step.other-root")}</span>
          <code>{head?.root}</code>
        </li>
      </ol>
    </details>
  );
}
