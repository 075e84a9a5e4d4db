import { TextField } from "@wardkey/ui";
import type { ReactNode } from "react";
import { worded } from "../devices/health-words.js";
import { DateField } from "../parts/date-field.js";
import { SelectField } from "../parts/select-field.js";
import { useWords } from "../words.js";
import { EMPLOYMENTS } from "./answers.js";
import type { PersonFields } from "./person-fields.js";

export interface PersonFormProps {
  readonly fields: PersonFields;
  readonly onChange: (fields: PersonFields) => void;
  readonly wards: readonly string[];
}

/** Who somebody is to the site: their face and phone come at a kiosk, never here. */
export function PersonForm({ fields, onChange, wards }: PersonFormProps): ReactNode {
  const { t } = useWords();
  const set = (patch: Partial<PersonFields>): void => onChange({ ...fields, ...patch });
  return (
    <div className="form-pairs">
      <TextField
        label={t("person.given")}
        value={fields.givenName}
        onChange={(givenName) => set({ givenName })}
        maxLength={40}
        isRequired
      />
      <TextField
        label={t("person.family")}
        value={fields.familyName}
        onChange={(familyName) => set({ familyName })}
        maxLength={40}
      />
      <TextField
        label={t("people.role")}
        hint={t("person.role.hint")}
        value={fields.role}
        onChange={(role) => set({ role })}
        maxLength={40}
        isRequired
      />
      <TextField
        label={t("people.wards")}
        hint={
          wards.length === 0 ? t("person.wards.hint") : t("devices.ward.known", { wards: wards.slice(0, 6).join(", ") })
        }
        value={fields.wards}
        onChange={(typed) => set({ wards: typed })}
        maxLength={400}
      />
      <SelectField
        label={t("person.employment")}
        value={fields.employment}
        onChange={(employment) => set({ employment })}
        options={EMPLOYMENTS.map((value) => ({ value, label: worded(t, "employment", value) }))}
      />
      <DateField
        label={t("person.ends")}
        hint={t("person.ends.hint")}
        value={fields.ends}
        onChange={(ends) => set({ ends })}
      />
      <TextField
        label={t("person.hr")}
        hint={t("person.hr.hint")}
        value={fields.hrId}
        onChange={(hrId) => set({ hrId })}
        maxLength={64}
      />
    </div>
  );
}
