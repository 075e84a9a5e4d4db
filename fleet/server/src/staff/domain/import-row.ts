import { readEnd } from "./end-date.js";
import { EMPLOYMENTS, type Employment, endsByItself } from "./standing.js";

/** What a personnel office may say about somebody, as text, whichever way it came. */
export const IMPORT_FIELDS = ["hrId", "givenName", "familyName", "role", "wards", "employment", "endsAt"] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];
export type RawRow = { line: number; cells: Partial<Record<ImportField, string>> };

export type RowFault = {
  line: number;
  code:
    | "row-value-missing"
    | "row-control-character"
    | "row-formula"
    | "row-too-long"
    | "row-employment-unknown"
    | "row-end-invalid"
    | "row-end-missing"
    | "row-columns"
    | "row-hr-id-twice"
    | "row-of-another-source"
    | "row-hr-id-invalid";
  field: ImportField | null;
};

export type ImportedFacts = {
  hrId: string;
  givenName: string;
  familyName: string;
  role: string;
  wards: readonly string[];
  employment: Employment;
  endsAt: number | null;
};

export type ReadRow = { ok: true; line: number; facts: ImportedFacts } | { ok: false; fault: RowFault };

const LONGEST: Readonly<Record<ImportField, number>> = {
  hrId: 64,
  givenName: 40,
  familyName: 40,
  role: 40,
  wards: 1_000,
  employment: 20,
  endsAt: 40,
};
const LONGEST_WARD = 80;
const MOST_WARDS = 20;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;
/** What a spreadsheet would calculate when this person is exported again (OWASP: CSV injection). */
const FORMULA = /^[=+\-@＝＋－＠]/;
const HR_ID = /^[A-Za-z0-9][A-Za-z0-9._/-]*$/;

/** One row as facts, or the first thing that is wrong with it. Never what was written there. */
export function readRow({ line, cells }: RawRow, timeZone: string): ReadRow {
  const fault = (code: RowFault["code"], field: ImportField | null): ReadRow => ({
    ok: false,
    fault: { line, code, field },
  });
  const text: Record<ImportField, string> = {
    hrId: "",
    givenName: "",
    familyName: "",
    role: "",
    wards: "",
    employment: "",
    endsAt: "",
  };
  for (const field of IMPORT_FIELDS) {
    const value = (cells[field] ?? "").normalize("NFC");
    if (UNPRINTABLE.test(value)) return fault("row-control-character", field);
    text[field] = value.replace(/ +/g, " ").trim();
    if (text[field].length > LONGEST[field]) return fault("row-too-long", field);
    if (FORMULA.test(text[field])) return fault("row-formula", field);
  }
  for (const field of ["hrId", "givenName"] as const) {
    if (text[field] === "") return fault("row-value-missing", field);
  }
  if (!HR_ID.test(text.hrId)) return fault("row-hr-id-invalid", "hrId");
  const wards = [...new Set(text.wards.split(/[;|]/).map((ward) => ward.trim()))].filter((ward) => ward !== "").sort();
  if (wards.length > MOST_WARDS || wards.some((ward) => ward.length > LONGEST_WARD))
    return fault("row-too-long", "wards");
  if (wards.some((ward) => FORMULA.test(ward))) return fault("row-formula", "wards");
  const wanted = text.employment === "" ? "staff" : text.employment.toLowerCase();
  const employment = EMPLOYMENTS.find((known) => known === wanted);
  if (employment === undefined) return fault("row-employment-unknown", "employment");
  const endsAt = readEnd(text.endsAt, timeZone);
  if (endsAt === "invalid") return fault("row-end-invalid", "endsAt");
  if (endsAt === null && endsByItself(employment)) return fault("row-end-missing", "endsAt");
  const { hrId, givenName, familyName } = text;
  const role = text.role === "" ? "staff" : text.role;
  return { ok: true, line, facts: { hrId, givenName, familyName, role, wards, employment, endsAt } };
}
