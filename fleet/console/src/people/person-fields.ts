import type { PersonRow } from "./answers.js";

export interface PersonFields {
  readonly givenName: string;
  readonly familyName: string;
  readonly role: string;
  readonly wards: string;
  readonly employment: string;
  readonly hrId: string;
  /** `2026-12-31`, as a date field gives it; empty: open. */
  readonly ends: string;
}

export const NO_FIELDS: PersonFields = {
  givenName: "",
  familyName: "",
  role: "nurse",
  wards: "",
  employment: "staff",
  hrId: "",
  ends: "",
};

/** Agency staff and students never without an end. */
const ENDS_BY_ITSELF = ["agency", "student"];

export const fieldsOf = (person: PersonRow): PersonFields => ({
  givenName: person.givenName,
  familyName: person.familyName,
  role: person.role,
  wards: person.wards.join(", "),
  employment: person.employment,
  hrId: person.hrId ?? "",
  ends: person.endsAt === null ? "" : dayOf(person.endsAt),
});

export const complete = ({ givenName, role, employment, ends }: PersonFields): boolean =>
  givenName.trim() !== "" && role.trim() !== "" && (ends !== "" || !ENDS_BY_ITSELF.includes(employment));

/** As the site takes them; the last day counts to its end, by the reader's clock. */
export const bodyOf = (fields: PersonFields) => ({
  givenName: fields.givenName.trim(),
  familyName: fields.familyName.trim(),
  role: fields.role.trim(),
  wards: fields.wards
    .split(",")
    .map((ward) => ward.trim())
    .filter((ward) => ward !== ""),
  employment: fields.employment,
  hrId: fields.hrId.trim() === "" ? null : fields.hrId.trim(),
  endsAt: fields.ends === "" ? null : endOf(fields.ends),
});

function endOf(day: string): number {
  const end = new Date(`${day}T00:00:00`);
  end.setDate(end.getDate() + 1);
  return end.getTime();
}

function dayOf(end: number): string {
  const last = new Date(end - 1);
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${last.getFullYear()}-${two(last.getMonth() + 1)}-${two(last.getDate())}`;
}
