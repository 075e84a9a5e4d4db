import type { ApprovalListed } from "@wardkey/protocol/fleet";
import { LiveRegion, Notice, StatusDot, Table, type Tone } from "@wardkey/ui";
import { ClipboardCheck } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { RefusalNotice } from "../session/refusal.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useWords } from "../words.js";
import { sayingOf } from "./saying.js";
import { useApprovals } from "./use-approvals.js";
import { WaitingApproval } from "./waiting-approval.js";

const TONES: Readonly<Record<ApprovalListed["state"], Tone>> = {
  proposed: "wait",
  approved: "wait",
  executed: "ok",
  failed: "stop",
  rejected: "neutral",
  expired: "neutral",
};

/** What waits for a passkey, in words that say what it will touch; below it what was decided. */
export function ApprovalsPage(): ReactNode {
  const { t, formats } = useWords();
  const { me } = useMe();
  const state = useApprovals();
  const waiting = state.approvals.filter((approval) => approval.state === "proposed");
  const decided = state.approvals.filter((approval) => approval.state !== "proposed");
  return (
    <Page title={t("approvals.title")}>
      <LiveRegion message={t("approvals.waiting", { count: waiting.length })} />
      <RefusalNotice code={state.refusal} />
      {me.passkeys === 0 && me.via === "session" ? <Notice tone="wait" title={t("approvals.need-passkey")} /> : null}
      {waiting.length === 0 ? (
        <div className="nothing">
          <ClipboardCheck size={32} aria-hidden />
          <p>{t("approvals.none")}</p>
        </div>
      ) : (
        <ul className="approvals">
          {waiting.map((approval) => (
            <li key={approval.id}>
              <WaitingApproval approval={approval} me={me} refresh={state.refresh} />
            </li>
          ))}
        </ul>
      )}
      {decided.length === 0 ? null : (
        <div className="panel">
          <h2>{t("approvals.decided")}</h2>
          <Table
            caption={t("approvals.decided")}
            rows={decided}
            rowKey={({ id }) => id}
            empty=""
            columns={[
              { key: "what", title: t("approvals.what"), cell: (row) => sayingOf(row, t) ?? row.summary },
              { key: "by", title: t("approvals.proposer"), cell: (row) => row.proposer },
              {
                key: "state",
                title: t("approvals.state"),
                cell: (row) => (
                  <span className="person">
                    <StatusDot tone={TONES[row.state]} word={t(`approvals.state.${row.state}`)} />
                    {row.code === null ? null : <span className="person-about">{row.code}</span>}
                  </span>
                ),
              },
              {
                key: "signed",
                title: t("approvals.signed"),
                cell: (row) => row.votes.map(({ administrator }) => administrator).join(", ") || "–",
              },
              {
                key: "when",
                title: t("approvals.when"),
                cell: (row) => (
                  <span className="person-until">{formats.dateTime(row.decidedAt ?? row.proposedAt)}</span>
                ),
                align: "end",
              },
            ]}
          />
        </div>
      )}
    </Page>
  );
}
