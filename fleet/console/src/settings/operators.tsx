import { Card, TextField } from "@wardkey/ui";
import { Plus, UserCog } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { z } from "zod";
import { Nothing } from "../api/answers.js";
import { ask } from "../api/ask.js";
import { momentColumn } from "../list/moment-column.js";
import { RowsList } from "../list/rows-list.js";
import { Act } from "../parts/act.js";
import { RefusalNotice } from "../session/refusal.js";
import { addressOfOne } from "../shell/address.js";
import { useMe } from "../shell/me.js";
import { useAnswer, useRenew } from "../shell/use-answer.js";
import { ShownOnce } from "../shown-once.js";
import { useWords } from "../words.js";

const Operator = z.object({
  staffId: z.string(),
  number: z.number(),
  wards: z.array(z.string()).nullable(),
  appointedBy: z.string(),
  appointedAt: z.number(),
});
type Operator = z.infer<typeof Operator>;
const Answer = z.object({ operators: z.array(Operator) });
const Appointed = z.object({ code: z.string() });

/** Who may supervise enrolments at kiosks, and where. */
export function Operators(): ReactNode {
  const { t } = useWords();
  const { may } = useMe();
  const { data, refusal } = useAnswer({ topic: "people", path: "v1/operators", answer: Answer });
  const officer = may("security-officer");
  const wardsOf = ({ wards }: Operator): string => wards?.join(", ") ?? t("operators.everywhere");
  return (
    <Card title={t("operators.title")} {...(officer ? { actions: <Appoint /> } : {})}>
      <p className="wk-muted">{t("operators.says")}</p>
      <RefusalNotice code={refusal} />
      <RowsList
        title={t("operators.title")}
        name="operators"
        rows={data?.operators}
        rowKey={({ staffId }) => staffId}
        filters={[{ kind: "text", key: "search", label: t("list.search") }]}
        empty={{ icon: UserCog, says: t("operators.none") }}
        columns={[
          {
            key: "who",
            title: t("people.name"),
            sort: "who",
            text: ({ staffId }) => staffId,
            cell: ({ staffId }) => (
              <a className="plain-link" href={addressOfOne("/people", staffId)}>
                {staffId}
              </a>
            ),
          },
          {
            key: "number",
            title: t("operators.number"),
            sort: "number",
            cell: ({ number }) => number,
            text: ({ number }) => String(number),
            value: ({ number }) => number,
          },
          { key: "wards", title: t("people.wards"), sort: "wards", cell: wardsOf, text: wardsOf },
          {
            key: "by",
            title: t("operators.by"),
            sort: "by",
            cell: ({ appointedBy }) => appointedBy,
            text: ({ appointedBy }) => appointedBy,
          },
          momentColumn("appointedAt", t("passkeys.added")),
          {
            key: "act",
            title: t("account.act"),
            align: "end",
            cell: (operator) => (officer ? <Dismiss operator={operator} /> : "–"),
          },
        ]}
      />
    </Card>
  );
}

function Appoint(): ReactNode {
  const { t } = useWords();
  const renew = useRenew("people");
  const [staffId, setStaffId] = useState("");
  const [typed, setTyped] = useState("");
  const wards = typed
    .split(",")
    .map((ward) => ward.trim())
    .filter((ward) => ward !== "");
  return (
    <Act
      label={t("operators.appoint")}
      icon={<Plus size={18} aria-hidden />}
      title={t("operators.appoint.ask")}
      says={
        <>
          <p>{t("operators.appoint.says")}</p>
          <TextField
            label={t("person.id")}
            hint={t("operators.id.hint")}
            value={staffId}
            onChange={setStaffId}
            maxLength={63}
            isRequired
          />
          <TextField
            label={t("people.wards")}
            hint={t("operators.wards.hint")}
            value={typed}
            onChange={setTyped}
            maxLength={400}
          />
        </>
      }
      confirm={t("operators.appoint")}
      mayConfirm={/^[a-z0-9-]{1,63}$/.test(staffId)}
      work={async () => {
        const path = `v1/operators/${encodeURIComponent(staffId)}`;
        const body = { wards: wards.length === 0 ? null : wards };
        const { code } = await ask({ method: "PUT", path, body, answer: Appointed });
        await renew();
        return (
          <ShownOnce label={t("operators.code", { name: staffId })} hint={t("operators.code.hint")} secret={code} />
        );
      }}
    />
  );
}

function Dismiss({ operator }: { operator: Operator }): ReactNode {
  const { t } = useWords();
  const renew = useRenew("people");
  const { staffId } = operator;
  return (
    <Act
      label={t("operators.dismiss")}
      kind="stop"
      title={t("operators.dismiss.ask", { name: staffId })}
      says={t("operators.dismiss.says")}
      confirm={t("operators.dismiss")}
      work={async () => {
        await ask({ method: "DELETE", path: `v1/operators/${encodeURIComponent(staffId)}`, answer: Nothing });
        await renew();
        return t("operators.dismiss.did", { name: staffId });
      }}
    />
  );
}
