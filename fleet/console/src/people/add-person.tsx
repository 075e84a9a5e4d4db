import { Plus } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { ask } from "../api/ask.js";
import { Act } from "../parts/act.js";
import { addressOfOne } from "../shell/address.js";
import { useRenew } from "../shell/use-answer.js";
import { useWords } from "../words.js";
import { nameOf, PersonRow } from "./answers.js";
import { bodyOf, complete, NO_FIELDS } from "./person-fields.js";
import { PersonForm } from "./person-form.js";

/** Somebody new in the records; they come in only after an enrolment at a kiosk. */
export function AddPerson({ wards }: { wards: readonly string[] }): ReactNode {
  const { t } = useWords();
  const renew = useRenew("people");
  const [fields, setFields] = useState(NO_FIELDS);
  return (
    <Act
      label={t("people.add")}
      icon={<Plus size={20} aria-hidden />}
      kind="primary"
      title={t("people.add.title")}
      onOpen={() => setFields(NO_FIELDS)}
      says={
        <>
          <p>{t("people.add.says")}</p>
          <PersonForm fields={fields} onChange={setFields} wards={wards} />
        </>
      }
      confirm={t("people.add.go")}
      mayConfirm={complete(fields)}
      work={async () => {
        const person = await ask({ method: "POST", path: "v1/staff", body: bodyOf(fields), answer: PersonRow });
        await renew();
        return (
          <p>
            {t("people.add.did", { name: nameOf(person) })}{" "}
            <a className="plain-link" href={addressOfOne("/people", person.staffId)}>
              {person.staffId}
            </a>
          </p>
        );
      }}
    />
  );
}
