import { z } from "zod";

/** What the site says about people, as this page reads it; what a newer site adds is let pass. */

const At = z.number().nullable();

export const PersonRow = z.object({
  staffId: z.string(),
  givenName: z.string(),
  familyName: z.string(),
  role: z.string(),
  wards: z.array(z.string()),
  employment: z.string(),
  hrId: z.string().nullable(),
  source: z.string(),
  standing: z.string(),
  reason: z.string().nullable(),
  endsAt: At,
  leftAt: At,
  eraseAfter: At,
  phoneLostAt: At,
  credential: z
    .object({
      epoch: z.number(),
      expiresAt: z.number(),
      kiosk: z.string(),
      face: z.boolean(),
      live: z.boolean(),
      quality: z.number().nullable(),
    })
    .nullable(),
});
export type PersonRow = z.infer<typeof PersonRow>;

export const PeopleAnswer = z.object({ people: z.array(PersonRow), next: z.string().nullable(), total: z.number() });

export const WaysAnswer = z.object({
  pin: z.boolean(),
  badges: z.array(z.object({ badge: z.string(), kind: z.string(), enrolledBy: z.string(), enrolledAt: z.number() })),
  consents: z.array(
    z.object({
      id: z.string(),
      purpose: z.string(),
      text: z.string(),
      kiosk: z.string(),
      givenTo: z.string(),
      givenAt: z.number(),
      withdrawnAt: At,
    }),
  ),
});
export type WaysAnswer = z.infer<typeof WaysAnswer>;

export const CardsAnswer = z.object({
  cards: z.array(
    z.object({
      card: z.string(),
      issuedBy: z.string(),
      issuedAt: z.number(),
      endedAt: At,
      ended: z.string().nullable(),
    }),
  ),
});
export const CardMade = z.object({ card: z.string(), code: z.string() });
export const CodeMade = z.object({ code: z.string(), expiresAt: z.number() });
export const Withdrawn = z.object({
  badges: z.number(),
  pin: z.boolean(),
  code: z.string().nullable(),
  expiresAt: At,
});

export const STANDINGS = ["active", "suspended", "denied", "ended", "left", "erased"] as const;
export const EMPLOYMENTS = ["staff", "agency", "student", "volunteer", "contractor"] as const;

export const nameOf = ({ givenName, familyName, staffId }: PersonRow): string =>
  `${givenName} ${familyName}`.trim() || staffId;
