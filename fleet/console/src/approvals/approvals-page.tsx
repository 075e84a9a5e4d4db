import type { ApprovalListed } from "@wardkey/protocol/fleet";
import { LiveRegion, Notice, StatusDot, type Tone } from "@wardkey/ui";
import { ClipboardCheck } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { RowsList } from "../list/rows-list.js";
import { RefusalNotice } from "../session/refusal.js";
import { useMe } from "../shell/me.js";
import { Page } from "../shell/page.js";
import { useWords } from "../words.js";
import { factsOf, sayingOf } from "./saying.js";
import { APPROVALS_SAID, useApprovals } from "./use-approvals.js";
import { WaitingApproval } from "./waiting-approval.js";

const TONES: Readonly<Record<ApprovalListed["state"], Tone>> = {
  proposed: "wait",
  approved: "wait",
  executed: "ok",
  failed: "stop",
  rejected: "neutral",
  expired: "neutral",
};

const ENDS = ["executed", "failed", "rejected", "expired", "approved"] as const;
const signedBy = ({ votes }: ApprovalListed): string => votes.map(({ administrator }) => administrator).join(", ");
const whenOf = ({ decidedAt, proposedAt }: ApprovalListed): number => decidedAt ?? proposedAt;

/** What waits for a passkey, in words that say what it will touch; below it what was decided. */
export function ApprovalsPage(): ReactNode {
  const { t, formats } = useWords();
  const { me } = useMe();
  const state = useApprovals();
  const waiting = state.approvals.filter((approval) => approval.state === "proposed");
  const sayingIn = (row: ApprovalListed): string => sayingOf(row, t) ?? row.summary;
  const decided = state.approvals.filter((approval) => approval.state !== "proposed");
  return (
    <Page title={t("approvals.title")}>
      <LiveRegion message={t("approvals.waiting", { count: waiting.length })} />
      <RefusalNotice code={state.refusal} />
      {me.passkeys === 0 && me.via === "session" ? <Notice tone="wait" title={t("approvals.need-passkey")} /> : null}
      <RowsList
        title={t("approvals.title")}
        name="waiting"
        rows={state.isKnown ? waiting : undefined}
        rowKey={({ id }) => id}
        sort={{ key: "at", order: "desc" }}
        filters={[{ kind: "text", key: "search", label: t("list.search") }]}
        empty={{ icon: ClipboardCheck, says: t("approvals.none") }}
        columns={[
          { key: "what", title: t("approvals.what"), sort: "what", text: sayingIn },
          { key: "by", title: t("approvals.proposer"), sort: "by", text: ({ proposer }) => proposer },
          { key: "facts", title: t("approvals.facts"), text: ({ args }) => factsOf(args).flat().join(" ") },
          { key: "signed", title: t("approvals.signed"), text: signedBy },
          {
            key: "at",
            title: t("approvals.when"),
            sort: "at",
            first: "desc",
            text: (row) => new Date(whenOf(row)).toISOString(),
          },
          {
            key: "until",
            title: t("approvals.until"),
            sort: "until",
            text: ({ expiresAt }) => new Date(expiresAt).toISOString(),
          },
        ]}
        card={(approval) => <WaitingApproval approval={approval} me={me} refresh={state.refresh} />}
      />
      {decided.length === 0 ? null : (
        <div className="panel">
          <h2>{t("approvals.decided")}</h2>
          <RowsList
            title={t("approvals.decided")}
            name="decided"
            rows={decided}
            most={APPROVALS_SAID - waiting.length}
            rowKey={({ id }) => id}
            sort={{ key: "at", order: "desc" }}
            filters={[
              { kind: "text", key: "search", label: t("list.search") },
              {
                kind: "choice",
                key: "state",
                label: t("approvals.state"),
                options: ENDS.map((value) => ({ value, label: t(`approvals.state.${value}`) })),
              },
            ]}
            empty={{ icon: ClipboardCheck, says: t("approvals.none") }}
            columns={[
              { key: "what", title: t("approvals.what"), sort: "what", cell: sayingIn, text: sayingIn },
              {
                key: "by",
                title: t("approvals.proposer"),
                sort: "by",
                cell: ({ proposer }) => proposer,
                text: ({ proposer }) => proposer,
              },
              {
                key: "state",
                title: t("approvals.state"),
                sort: "state",
                text: ({ state: standing }) => standing,
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
                cell: (row) => signedBy(row) || "–",
                text: signedBy,
              },
              {
                key: "when",
                title: t("approvals.when"),
                sort: "at",
                first: "desc",
                align: "end",
                cell: (row) => <span className="person-until">{formats.dateTime(whenOf(row))}</span>,
                text: (row) => new Date(whenOf(row)).toISOString(),
              },
            ]}
          />
        </div>
      )}
    </Page>
  );
}
