import { ApprovalListed } from "@wardkey/protocol/fleet";
import { Button, Choices, Notice, TextField } from "@wardkey/ui";
import { Send } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { ask, Refused } from "../api/ask.js";
import { WaitingApproval } from "../approvals/waiting-approval.js";
import { Facts } from "../parts/facts.js";
import { RefusalNotice } from "../session/refusal.js";
import { useAct } from "../session/use-act.js";
import { addressOf } from "../shell/address.js";
import { useMe } from "../shell/me.js";
import { useAnswer } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { Checked, type Draft, Proposed } from "./answers.js";
import { findingWords } from "./saying.js";

type Pace = "rings" | "at-once";
const LONGEST_DAYS = 365;

export interface ProposePanelProps {
  readonly draft: Draft;
  readonly changes: number;
  /** Why it cannot be proposed as it stands; `null`: it can. */
  readonly hindered: string | null;
}

/** From a draft to a signed policy: what it touches, who has to sign, and the passkey. */
export function ProposePanel({ draft, changes, hindered }: ProposePanelProps): ReactNode {
  const { t, formats } = useWords();
  const { busy, refusal, act } = useAct();
  const [pace, setPace] = useState<Pace>("rings");
  const [days, setDays] = useState(String(LONGEST_DAYS));
  const [checked, setChecked] = useState<Checked | null>(null);
  const [proposed, setProposed] = useState<Proposed | null>(null);
  const body = { content: draft.content };
  const look = (): void =>
    act(async () => setChecked(await ask({ method: "POST", path: "v1/policy/check", body, answer: Checked })));
  const propose = (): void =>
    act(async () => {
      const validDays = Math.min(LONGEST_DAYS, Math.max(1, Math.floor(Number(days)) || LONGEST_DAYS));
      const answer = await ask({
        method: "POST",
        path: `v1/policy/drafts/${draft.id}/propose`,
        body: { revision: draft.revision, pace, validDays },
        answer: Proposed,
      });
      if (answer.outcome === "refused" && answer.findings.length === 0) throw new Refused(answer.code);
      setProposed(answer);
    });
  if (proposed?.outcome === "proposed") return <Signing proposed={proposed} />;
  const errors = [...(checked?.findings ?? []), ...(proposed?.findings ?? [])].filter(
    ({ severity }) => severity === "error",
  );
  return (
    <div className="propose">
      {hindered === null ? null : <Notice tone="wait" title={hindered} />}
      {checked === null ? (
        <>
          <p>{t("policy.propose.says")}</p>
          <div className="approval-actions">
            <Button kind="primary" onPress={look} isDisabled={busy || hindered !== null}>
              {t("policy.propose.look")}
            </Button>
          </div>
        </>
      ) : (
        <>
          <Facts
            facts={[
              [t("policy.propose.changes"), formats.number(changes)],
              [
                t("policy.propose.people"),
                checked.weakening.weakening ? t("policy.propose.two") : t("policy.propose.one"),
              ],
              [t("policy.propose.weaker"), weakerWords(checked, t)],
            ]}
          />
          {errors.length === 0 ? null : (
            <Notice tone="stop" title={t("policy.propose.errors", { count: errors.length })}>
              <ul className="weaker-list">
                {errors.map(({ code, path, text }) => (
                  <li key={`${code} ${path} ${text}`}>
                    {findingWords({ code }, t)}{" "}
                    <span lang="en">
                      ({path}: {text})
                    </span>
                  </li>
                ))}
              </ul>
            </Notice>
          )}
          <Choices<Pace>
            label={t("policy.pace")}
            value={pace}
            onChange={setPace}
            options={[
              { value: "rings", title: t("policy.pace.rings"), says: t("policy.pace.rings.says") },
              { value: "at-once", title: t("policy.pace.at-once"), says: t("policy.pace.at-once.says") },
            ]}
          />
          <TextField
            label={t("policy.propose.days")}
            hint={t("policy.propose.days.hint")}
            value={days}
            onChange={setDays}
            maxLength={3}
          />
          <div className="approval-actions">
            <Button
              kind="primary"
              onPress={propose}
              isDisabled={busy || hindered !== null || errors.length > 0}
              icon={<Send size={20} aria-hidden />}
            >
              {t("policy.propose.go")}
            </Button>
          </div>
        </>
      )}
      <RefusalNotice code={refusal} />
    </div>
  );
}

function weakerWords({ weakening }: Checked, t: ReturnType<typeof useWords>["t"]): string {
  if (!weakening.weakening) return t("policy.weaker.nowhere");
  const { devices } = weakening;
  const some = devices.slice(0, 8).join(", ");
  return devices.length === 0
    ? t("policy.weaker.nobody-now")
    : t("policy.weaker.some", { count: devices.length, some: devices.length > 8 ? `${some} …` : some });
}

/** The proposal, to be signed at once; with a second person's signature it is done. */
function Signing({ proposed }: { proposed: Extract<Proposed, { outcome: "proposed" }> }): ReactNode {
  const { t } = useWords();
  const { me } = useMe();
  const { data, refusal, again } = useAnswer({
    topic: "approvals",
    path: `v1/approvals/${proposed.approval}`,
    answer: ApprovalListed,
  });
  if (data === undefined) return <RefusalNotice code={refusal} />;
  switch (data.state) {
    case "proposed":
      return (
        <div className="propose">
          <p>{t("policy.propose.sign")}</p>
          <WaitingApproval approval={data} me={me} refresh={again} />
        </div>
      );
    case "approved":
    case "executed":
      return (
        <Notice tone="ok" title={t("policy.propose.done", { version: proposed.version })}>
          <a className="plain-link" href={addressOf("/rollout")}>
            {t("policy.propose.follow")}
          </a>
        </Notice>
      );
    default:
      return (
        <Notice tone="stop" title={t("policy.propose.not-done", { version: proposed.version })}>
          <p>{t(`approvals.state.${data.state}`)}</p>
          <RefusalNotice code={data.code} />
        </Notice>
      );
  }
}
