import { ApprovalListed } from "@wardkey/protocol/fleet";
import { Button, Card } from "@wardkey/ui";
import { KeyRound } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import type { SignedIn } from "../api/answers.js";
import { ask } from "../api/ask.js";
import { signWithPasskey } from "../api/ceremonies.js";
import { RefusalNotice } from "../session/refusal.js";
import { useAct } from "../session/use-act.js";
import { reaches } from "../shell/me.js";
import { useWords } from "../words.js";
import { factsOf, sayingOf } from "./saying.js";

export interface WaitingApprovalProps {
  readonly approval: ApprovalListed;
  readonly me: SignedIn;
  readonly refresh: () => Promise<void>;
}

/** One proposal: what it does, who asks, who has signed, and the passkey that decides. */
export function WaitingApproval({ approval, me, refresh }: WaitingApprovalProps): ReactNode {
  const { t, formats } = useWords();
  const { busy, refusal, act } = useAct();
  const mine = me.administrator.id;
  const mayDecide = reaches(me.administrator.role, approval.role);
  const mayReject = mayDecide || (approval.proposer === mine && reaches(me.administrator.role, "operator"));
  const signed = approval.votes.map(({ administrator }) => administrator);
  const path = `v1/approvals/${approval.id}`;
  const approve = (): void =>
    act(async () => {
      const response = await signWithPasskey(`${path}/challenge`);
      await ask({ method: "POST", path: `${path}/approve`, body: { response }, answer: ApprovalListed });
      await refresh();
    });
  const reject = (): void =>
    act(async () => {
      await ask({ method: "POST", path: `${path}/reject`, answer: ApprovalListed });
      await refresh();
    });
  const saying = sayingOf(approval, t);
  return (
    <Card title={saying ?? approval.summary}>
      {saying === null ? null : (
        <p className="wk-muted" lang="en">
          {approval.summary}
        </p>
      )}
      <dl className="proposal-facts">
        {factsOf(approval.args).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>{t("approvals.proposer")}</dt>
          <dd>{approval.proposer}</dd>
        </div>
        <div>
          <dt>{t("approvals.signed")}</dt>
          <dd>{t("approvals.count", { part: signed.length, whole: approval.needs, who: signed.join(", ") || "–" })}</dd>
        </div>
        <div>
          <dt>{t("approvals.until")}</dt>
          <dd>{formats.dateTime(approval.expiresAt)}</dd>
        </div>
        <div>
          <dt>{t("approvals.digest")}</dt>
          <dd className="digest">{approval.digest}</dd>
        </div>
      </dl>
      {approval.needs === 2 ? <p>{t("approvals.two")}</p> : null}
      <RefusalNotice code={refusal} />
      {me.via !== "session" || !mayReject ? null : (
        <div className="approval-actions">
          <Button onPress={reject} isDisabled={busy}>
            {t(approval.proposer === mine ? "approvals.withdraw" : "approvals.reject")}
          </Button>
          {signed.includes(mine) ? (
            <p className="wk-muted">{t("approvals.signed-by-me")}</p>
          ) : !mayDecide ? null : (
            <Button kind="primary" onPress={approve} isDisabled={busy} icon={<KeyRound aria-hidden />}>
              {t("approvals.approve")}
            </Button>
          )}
        </div>
      )}
    </Card>
  );
}
