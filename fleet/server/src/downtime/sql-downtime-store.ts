import { type Database, exclusively, type Migration } from "../platform/sql/database.js";

export interface Card {
  readonly card: string;
  readonly staffId: string;
  readonly salt: string;
  readonly hash: string;
  readonly issuedBy: string;
  readonly issuedAt: number;
  /** When it was used or taken back; `null`: it is good. */
  readonly endedAt: number | null;
  readonly ended: "spent" | "revoked" | null;
}

export type Outcome = "justified" | "unjustified";

/** One time that somebody broke the glass, as the kiosk journaled it, and what became of it. */
export interface Emergency {
  readonly session: string;
  readonly kiosk: string;
  readonly staffId: string;
  readonly second: string | null;
  readonly reason: string;
  readonly operation: string;
  readonly means: string;
  readonly card: string | null;
  readonly minutes: number;
  readonly leaseEnded: boolean;
  readonly openedAt: number;
  readonly review: "security-officer" | "two-people";
  readonly reviewBy: number;
  readonly closedAt: number | null;
  readonly closedBecause: string | null;
  /** The card had been used before, at another kiosk. */
  readonly reused: boolean;
  readonly votes: readonly { readonly by: string; readonly outcome: Outcome; readonly at: number }[];
}

export interface DowntimeStore {
  /** `false`: the name is another card's. */
  keepCard(card: Omit<Card, "endedAt" | "ended">): Promise<boolean>;
  cardsOf(staffId: string): Promise<readonly Card[]>;
  goodCards(): Promise<readonly Card[]>;
  card(name: string): Promise<Card | null>;
  /** `false`: it was no longer good. */
  endCard(name: string, how: "spent" | "revoked", at: number): Promise<boolean>;
  keepBadge(badge: { digest: string; staffId: string; hash: string }): Promise<void>;
  knowsBadge(digest: string): Promise<boolean>;
  dropBadge(digest: string): Promise<void>;
  badges(): Promise<readonly { staffId: string; hash: string }[]>;
  forget(staffIds: readonly string[]): Promise<void>;
  /** `false`: it is known. */
  open(emergency: Omit<Emergency, "closedAt" | "closedBecause" | "votes">): Promise<boolean>;
  close(session: string, at: number, because: string): Promise<void>;
  emergency(session: string): Promise<Emergency | null>;
  /** The newest first. */
  emergencies(limit: number): Promise<readonly Emergency[]>;
  /** `false`: this person has voted. */
  vote(vote: { session: string; by: string; outcome: Outcome; at: number }): Promise<boolean>;
}

export const downtimeMigrations: readonly Migration[] = [
  {
    name: "downtime-1-emergencies",
    async up(database) {
      await database.schema.createTable("emergency_cards", (table) => {
        table.string("card", 4).primary();
        table.string("staff_id", 63).notNullable().index();
        table.string("salt", 22).notNullable();
        table.string("hash", 43).notNullable();
        table.string("issued_by", 63).notNullable();
        table.bigInteger("issued_at").notNullable();
        table.bigInteger("ended_at");
        table.string("ended", 8);
      });
      await database.schema.createTable("emergency_badges", (table) => {
        // The keyed digest by which the site knows the badge.
        table.string("digest", 64).primary();
        table.string("staff_id", 63).notNullable().index();
        table.string("hash", 43).notNullable();
      });
      await database.schema.createTable("emergencies", (table) => {
        table.string("session", 36).primary();
        table.string("kiosk", 63).notNullable();
        table.string("staff_id", 63).notNullable();
        table.string("second", 63);
        table.string("reason", 40).notNullable();
        table.string("operation", 40).notNullable();
        table.string("means", 20).notNullable();
        table.string("card", 4);
        table.integer("minutes").notNullable();
        table.boolean("lease_ended").notNullable();
        table.bigInteger("opened_at").notNullable().index();
        table.string("review", 20).notNullable();
        table.bigInteger("review_by").notNullable();
        table.bigInteger("closed_at");
        table.string("closed_because", 40);
        table.boolean("reused").notNullable();
      });
      await database.schema.createTable("emergency_votes", (table) => {
        table.string("session", 36).notNullable();
        table.string("by", 63).notNullable();
        table.string("outcome", 12).notNullable();
        table.bigInteger("at").notNullable();
        table.primary(["session", "by"]);
      });
    },
  },
];

interface CardRow {
  card: string;
  staff_id: string;
  salt: string;
  hash: string;
  issued_by: string;
  issued_at: number | string;
  ended_at: number | string | null;
  ended: "spent" | "revoked" | null;
}
interface BadgeRow {
  digest: string;
  staff_id: string;
  hash: string;
}
interface EmergencyRow {
  session: string;
  kiosk: string;
  staff_id: string;
  second: string | null;
  reason: string;
  operation: string;
  means: string;
  card: string | null;
  minutes: number;
  lease_ended: boolean | number;
  opened_at: number | string;
  review: Emergency["review"];
  review_by: number | string;
  closed_at: number | string | null;
  closed_because: string | null;
  reused: boolean | number;
}
interface VoteRow {
  session: string;
  by: string;
  outcome: Outcome;
  at: number | string;
}

export function createSqlDowntimeStore(database: Database): DowntimeStore {
  const cards = () => database<CardRow>("emergency_cards");
  const withVotes = async (rows: readonly EmergencyRow[]): Promise<Emergency[]> => {
    const sessions = rows.map(({ session }) => session);
    const votes = await database<VoteRow>("emergency_votes").whereIn("session", sessions).orderBy(["at", "by"]);
    return rows.map((row) => emergencyOf(row, votes));
  };
  return {
    keepCard: async ({ card, staffId, salt, hash, issuedBy, issuedAt }) => {
      const row = { card, staff_id: staffId, salt, hash, issued_by: issuedBy, issued_at: issuedAt };
      return (await cards().insert(row).onConflict("card").ignore().returning("card")).length > 0;
    },
    cardsOf: async (staffId) => (await cards().where({ staff_id: staffId }).orderBy("issued_at")).map(cardOf),
    goodCards: async () => (await cards().whereNull("ended_at").orderBy("card")).map(cardOf),
    async card(name) {
      const row = await cards().where({ card: name }).first();
      return row === undefined ? null : cardOf(row);
    },
    endCard: async (name, ended, at) =>
      (await cards().where({ card: name }).whereNull("ended_at").update({ ended, ended_at: at })) > 0,
    async keepBadge({ digest, staffId, hash }) {
      await database<BadgeRow>("emergency_badges")
        .insert({ digest, staff_id: staffId, hash })
        .onConflict("digest")
        .merge();
    },
    knowsBadge: async (digest) =>
      (await database<BadgeRow>("emergency_badges").where({ digest }).first("digest")) !== undefined,
    async dropBadge(digest) {
      await database<BadgeRow>("emergency_badges").where({ digest }).delete();
    },
    badges: async () =>
      (await database<BadgeRow>("emergency_badges").orderBy("digest")).map(({ staff_id, hash }) => ({
        staffId: staff_id,
        hash,
      })),
    async forget(staffIds) {
      for (const staff_id of staffIds) {
        await cards().where({ staff_id }).delete();
        await database<BadgeRow>("emergency_badges").where({ staff_id }).delete();
      }
    },
    async open({ staffId, leaseEnded, openedAt, reviewBy, ...same }) {
      const row = {
        ...same,
        staff_id: staffId,
        lease_ended: leaseEnded,
        opened_at: openedAt,
        review_by: reviewBy,
      };
      const kept = await database<EmergencyRow>("emergencies")
        .insert(row)
        .onConflict("session")
        .ignore()
        .returning("session");
      return kept.length > 0;
    },
    async close(session, at, because) {
      await database<EmergencyRow>("emergencies")
        .where({ session })
        .whereNull("closed_at")
        .update({ closed_at: at, closed_because: because });
    },
    async emergency(session) {
      const rows = await database<EmergencyRow>("emergencies").where({ session });
      return (await withVotes(rows))[0] ?? null;
    },
    emergencies: async (limit) =>
      withVotes(await database<EmergencyRow>("emergencies").orderBy("opened_at", "desc").limit(limit)),
    vote: (vote) =>
      exclusively(database, "downtime", async (transaction) => {
        const kept = await transaction<VoteRow>("emergency_votes")
          .insert(vote)
          .onConflict(["session", "by"])
          .ignore()
          .returning("by");
        return kept.length > 0;
      }),
  };
}

const cardOf = (row: CardRow): Card => ({
  card: row.card,
  staffId: row.staff_id,
  salt: row.salt,
  hash: row.hash,
  issuedBy: row.issued_by,
  issuedAt: Number(row.issued_at),
  endedAt: row.ended_at === null ? null : Number(row.ended_at),
  ended: row.ended,
});

function emergencyOf(row: EmergencyRow, votes: readonly VoteRow[]): Emergency {
  const { session, kiosk, second, reason, operation, means, card, review } = row;
  return {
    ...{ session, kiosk, second, reason, operation, means, card, review },
    staffId: row.staff_id,
    minutes: Number(row.minutes),
    leaseEnded: Boolean(row.lease_ended),
    openedAt: Number(row.opened_at),
    reviewBy: Number(row.review_by),
    closedAt: row.closed_at === null ? null : Number(row.closed_at),
    closedBecause: row.closed_because,
    reused: Boolean(row.reused),
    votes: votes
      .filter((vote) => vote.session === session)
      .map(({ by, outcome, at }) => ({ by, outcome, at: Number(at) })),
  };
}
