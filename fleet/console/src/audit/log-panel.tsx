import { Button, Notice, StatusDot, type Tone } from "@wardkey/ui";
import { ShieldAlert, ShieldCheck } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { Facts } from "../parts/facts.js";
import { RefusalNotice } from "../session/refusal.js";
import { useWords } from "../words.js";
import { Fingerprint } from "./fingerprint.js";
import type { HeadJudgement } from "./judge-head.js";
import type { HeadState } from "./use-proven-head.js";

type Judged = Extract<HeadState, { state: "judged" }>;

/** The signed head of the log, and what this browser proved of it by itself. */
export function LogPanel({ head }: { head: HeadState }): ReactNode {
  const { t } = useWords();
  return (
    <section className="panel log" aria-label={t("audit.log")}>
      <h2>{t("audit.log")}</h2>
      {head.state === "asking" ? <p className="wk-muted">{t("audit.proving")}</p> : null}
      {head.state === "refused" ? <RefusalNotice code={head.code} /> : null}
      {head.state === "no-cryptography" ? <Notice tone="wait" title={t("audit.no-cryptography")} /> : null}
      {head.state === "none" ? <p className="wk-muted">{t("audit.no-head")}</p> : null}
      {head.state === "judged" ? <Judgement {...head} /> : null}
    </section>
  );
}

const TONES: Readonly<Record<HeadJudgement["outcome"], Tone>> = {
  proven: "ok",
  forked: "stop",
  shorter: "stop",
  refused: "stop",
  restored: "wait",
  "new-root": "wait",
};

function Judgement({ judgement, accept }: Judged): ReactNode {
  const { t, formats } = useWords();
  const { outcome } = judgement;
  const tone = TONES[outcome];
  const icon = tone === "ok" ? ShieldCheck : ShieldAlert;
  if (outcome === "refused") {
    return (
      <Notice tone="stop" icon={icon} title={t("audit.head.refused")}>
        <p>{t("audit.head.refused.says", { code: judgement.code })}</p>
      </Notice>
    );
  }
  const { head, since, fingerprint, serial } = judgement;
  const mayAccept = outcome === "restored" || outcome === "new-root";
  return (
    <>
      <Notice
        tone={tone}
        icon={icon}
        title={outcome === "proven" && since === null ? t("audit.head.first") : t(`audit.head.${outcome}`)}
        {...(mayAccept ? { action: <Button onPress={accept}>{t("audit.head.accept")}</Button> } : {})}
      >
        <p>
          {since === null
            ? t("audit.head.first.says")
            : t(`audit.head.${outcome}.says`, {
                before: formats.number(since.size),
                size: formats.number(head.size),
                time: formats.dateTime(since.at),
              })}
        </p>
      </Notice>
      <details className="walk" open={outcome !== "proven"}>
        <summary>{t("audit.head.details")}</summary>
        <Facts
          facts={[
            [t("audit.head.size"), formats.number(head.size)],
            [t("audit.head.at"), formats.dateTime(head.at)],
            [t("audit.head.root"), <Fingerprint key="root" text={head.root} />],
            [
              t("audit.head.signed"),
              <span key="signed" className="person">
                <StatusDot tone="ok" word={t("audit.head.signed.says")} />
                <span className="person-about">{t("audit.head.serial", { serial })}</span>
              </span>,
            ],
            [t("audit.head.fingerprint"), <Fingerprint key="fingerprint" text={fingerprint} />],
          ]}
        />
        <p className="wk-muted">{t("audit.head.compare")}</p>
      </details>
    </>
  );
}
