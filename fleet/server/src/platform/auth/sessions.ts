import { hours, minutes } from "@wardkey/protocol";
import { type AuthWorld, digestOf, newSecret } from "./ports.js";

const IDLE_LIFE = minutes(30);
const LONGEST_LIFE = hours(12);
const TOUCH_EVERY = minutes(1);
/** After this, what would outlive the session wants a new sign-in first. */
export const FRESH_FOR = minutes(10);

export type Means = "passkey" | "password";
type SessionRow = {
  hash: string;
  id: string;
  administrator: string;
  means: Means;
  browser: string;
  created_at: number;
  used_at: number;
  ends_at: number;
};

export interface SessionView {
  readonly id: string;
  readonly means: Means;
  /** What the browser says it is, cut short. */
  readonly browser: string;
  readonly createdAt: number;
  readonly usedAt: number;
  readonly endsAt: number;
}

export interface Sessions {
  /** A new session and its secret, which only the browser keeps. */
  begin(administrator: string, how: { means: Means; browser: string }): Promise<{ secret: string; id: string }>;
  /** Whose secret this is, while neither idle nor absolute life is over. */
  find(secret: string): Promise<(SessionView & { readonly administrator: string }) | null>;
  of(administrator: string): Promise<SessionView[]>;
  /** How many ended. */
  end(administrator: string, id: string): Promise<number>;
  endAll(administrator: string): Promise<number>;
}

export function createSessions(world: AuthWorld): Sessions {
  const { database, now } = world;
  const sessions = () => database<SessionRow>("sessions");
  const isOver = (row: SessionRow): boolean =>
    now() >= row.ends_at || now() - row.used_at >= IDLE_LIFE || now() + TOUCH_EVERY < row.created_at;
  return {
    async begin(administrator, { means, browser }) {
      await sessions()
        .where("ends_at", "<=", now())
        .orWhere("used_at", "<=", now() - IDLE_LIFE)
        .delete();
      const secret = newSecret(world);
      const id = world.newId();
      await sessions().insert({
        hash: digestOf(secret),
        id,
        administrator,
        means,
        browser: browser.slice(0, 200),
        created_at: now(),
        used_at: now(),
        ends_at: now() + LONGEST_LIFE,
      });
      return { secret, id };
    },
    async find(secret) {
      const row = await sessions()
        .where({ hash: digestOf(secret) })
        .first();
      if (row === undefined || isOver(row)) return null;
      if (now() - row.used_at >= TOUCH_EVERY) {
        await sessions().where({ hash: row.hash }).update({ used_at: now() });
      }
      return { ...viewOf(row), administrator: row.administrator };
    },
    async of(administrator) {
      const rows = await sessions().where({ administrator }).orderBy("created_at", "desc");
      return rows.filter((row) => !isOver(row)).map(viewOf);
    },
    end: (administrator, id) => sessions().where({ administrator, id }).delete(),
    endAll: (administrator) => sessions().where({ administrator }).delete(),
  };
}

const viewOf = (row: SessionRow): SessionView => ({
  id: row.id,
  means: row.means,
  browser: row.browser,
  createdAt: row.created_at,
  usedAt: row.used_at,
  endsAt: row.ends_at,
});
