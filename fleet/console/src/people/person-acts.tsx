import { Pencil } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { ask } from "../api/ask.js";
import { worded } from "../devices/health-words.js";
import { Act } from "../parts/act.js";
import { SelectField } from "../parts/select-field.js";
import { useMe } from "../shell/me.js";
import { useRenew } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { nameOf, PersonRow } from "./answers.js";
import { bodyOf, complete, fieldsOf } from "./person-fields.js";
import { PersonForm } from "./person-form.js";

const REASONS = ["lost-phone", "misuse", "investigation", "on-leave", "on-request", "by-hand"] as const;
type Standing = "suspend" | "resume" | "lost-phone" | "revoke" | "readmit" | "leave";

/** What may be done for a person as they stand, by who looks. */
export function PersonActs({ person }: { person: PersonRow }): ReactNode {
  const { may } = useMe();
  const { standing, phoneLostAt, credential } = person;
  const officer = may("security-officer");
  if (standing === "erased" || standing === "left") return null;
  return (
    <>
      <ChangeAct person={person} />
      {standing === "active" ? <StandingAct person={person} act="suspend" /> : null}
      {standing === "suspended" && officer ? <StandingAct person={person} act="resume" /> : null}
      {credential !== null && phoneLostAt === null && standing !== "denied" ? (
        <StandingAct person={person} act="lost-phone" />
      ) : null}
      {standing === "denied" && officer ? <StandingAct person={person} act="readmit" /> : null}
      {standing !== "denied" ? <StandingAct person={person} act="revoke" /> : null}
      <StandingAct person={person} act="leave" />
    </>
  );
}

const KINDS = {
  suspend: "secondary",
  resume: "primary",
  "lost-phone": "secondary",
  revoke: "stop",
  readmit: "primary",
  leave: "stop",
} as const;

function StandingAct({ person, act }: { person: PersonRow; act: Standing }): ReactNode {
  const { t } = useWords();
  const renew = useRenew("people", "overview");
  const [reason, setReason] = useState<string>("by-hand");
  const reasoned = act === "suspend" || act === "revoke";
  const name = nameOf(person);
  return (
    <Act
      label={t(`person.${act}`)}
      kind={KINDS[act]}
      grave={KINDS[act] === "stop"}
      title={t(`person.${act}.ask`, { name })}
      says={
        <>
          <p>{t(`person.${act}.says`, { name })}</p>
          {reasoned ? (
            <SelectField
              label={t("device.reason")}
              value={reason}
              onChange={setReason}
              options={REASONS.map((value) => ({ value, label: worded(t, "person.reason", value) }))}
            />
          ) : null}
        </>
      }
      confirm={t(`person.${act}`)}
      work={async () => {
        const path = `v1/staff/${encodeURIComponent(person.staffId)}/${act}`;
        const body = reasoned ? { reason } : {};
        const after = await ask({ method: "POST", path, body, answer: PersonRow });
        await renew();
        return t("person.did", { name: nameOf(after), standing: worded(t, "standing", after.standing) });
      }}
    />
  );
}

function ChangeAct({ person }: { person: PersonRow }): ReactNode {
  const { t } = useWords();
  const renew = useRenew("people");
  const [fields, setFields] = useState(() => fieldsOf(person));
  return (
    <Act
      label={t("person.change")}
      icon={<Pencil size={18} aria-hidden />}
      title={t("person.change.ask", { name: nameOf(person) })}
      onOpen={() => setFields(fieldsOf(person))}
      says={
        <>
          <p>{t("person.change.says")}</p>
          <PersonForm fields={fields} onChange={setFields} wards={person.wards} />
        </>
      }
      confirm={t("device.describe.go")}
      mayConfirm={complete(fields)}
      work={async () => {
        const path = `v1/staff/${encodeURIComponent(person.staffId)}`;
        const after = await ask({ method: "PATCH", path, body: bodyOf(fields), answer: PersonRow });
        await renew();
        return t("person.change.did", { name: nameOf(after) });
      }}
    />
  );
}
