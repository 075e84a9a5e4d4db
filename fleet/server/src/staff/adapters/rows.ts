export type PersonRow = {
  staff_id: string;
  given_name: string;
  family_name: string;
  role: string;
  created_at: number | string;
  denied_at: number | string | null;
  hr_id: string | null;
  source: string;
  employment: string;
  search_key: string;
  ends_at: number | string | null;
  left_at: number | string | null;
  erase_after: number | string | null;
  erased_at: number | string | null;
  suspended_at: number | string | null;
  reason: string | null;
  phone_lost_at: number | string | null;
  ban_wanted: number;
  ban_applied: number;
  lift_after: number | string | null;
};

export type WardRow = { staff_id: string; ward: string };

export type WalletRow = {
  staff_id: string;
  epoch: number;
  holder_public_key: Buffer;
  template_digest: Buffer;
  transcript: Buffer;
  credential: Buffer;
  sealed_template_key: Buffer | null;
  sealed_eid_key: Buffer | null;
  kiosk: string;
  issued_at: number | string;
  expires_at: number | string;
  face: number;
  quality: number | null;
};

export type EnrolmentRow = {
  id: string;
  kiosk: string;
  staff_id: string;
  given_name: string;
  family_name: string;
  epoch: number;
  sealed_template_key: Buffer | null;
  expires_at: number | string;
  used_at: number | string | null;
  purpose: string;
  operator: string;
  second_operator: string | null;
  consent: string | null;
  face: number;
};

export type GuessRow = { key: string; failures: number; locked_until: number | string; at: number | string };

export type OperatorRow = {
  number: number;
  staff_id: string;
  secret_hash: string;
  wards: string | null;
  appointed_by: string;
  appointed_at: number | string;
};

export type BadgeRow = {
  digest: string;
  staff_id: string;
  kind: string;
  enrolled_by: string;
  enrolled_at: number | string;
};

export type PinRow = { staff_id: string; secret_hash: string; set_by: string; set_at: number | string };

export type CodeRow = { digest: string; staff_id: string; issued_by: string; expires_at: number | string };

export type ConsentRow = {
  id: string;
  staff_id: string;
  purpose: string;
  text: string;
  kiosk: string;
  given_to: string;
  given_at: number | string;
  withdrawn_to: string | null;
  withdrawn_at: number | string | null;
};

export type ImportPlanRow = {
  id: string;
  source: string;
  made_at: number | string;
  made_by: string;
  revision: number | string;
  plan: string;
  applied_at: number | string | null;
};

/** PostgreSQL's driver gives 64-bit numbers as text. */
export const timeOf = (value: number | string | null): number | null => (value === null ? null : Number(value));
