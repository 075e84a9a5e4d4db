import type { SiteOverview } from "@wardkey/protocol/fleet";
import { Button, type Connection, ConnectionNotice, LiveRegion, useNow } from "@wardkey/ui";
import type { ReactNode } from "react";
import { concernsOf } from "./concerns.js";
import { Headline } from "./headline.js";
import { Journal } from "./journal.js";
import { KeyNeeded } from "./key-needed.js";
import { Kiosks } from "./kiosks.js";
import { PageHead } from "./page-head.js";
import { People } from "./people.js";
import { Tiles } from "./tiles.js";
import { useOverview } from "./use-overview.js";
import { useWords } from "./words.js";

export interface StatusPageProps {
  /** The page token of this start; `null` for who is signed in. */
  readonly token: string | null;
  readonly actions?: ReactNode;
  /** Who came by the page token may sign in instead. */
  readonly onSignIn?: () => void;
}

/** The site at a glance: what needs me, then everything. */
export function StatusPage({ token, actions, onSignIn }: StatusPageProps): ReactNode {
  const { overview, connection } = useOverview(token);
  const { t, formats } = useWords();
  const now = useNow(overview?.now ?? null);
  const since = overview === null ? null : formats.ago(overview.now, Math.max(now, overview.now));
  const open = connection === "open";
  return (
    <div className="status">
      <PageHead
        siteName={overview?.site.name ?? null}
        updated={open && since !== null ? t("page.updated", { ago: since }) : null}
        actions={
          onSignIn === undefined ? (
            actions
          ) : (
            <Button kind="quiet" onPress={onSignIn}>
              {t("signin.go")}
            </Button>
          )
        }
      />
      <main className="status-main">
        {open ? null : <Line connection={connection} since={since} />}
        {overview === null ? null : <Everything overview={overview} now={now} stale={!open} />}
      </main>
      <Announcement overview={overview} />
    </div>
  );
}

/** Why there is nothing fresh; the page's heading while there is nothing else. */
function Line({ connection, since }: { connection: Connection; since: string | null }): ReactNode {
  const { t } = useWords();
  if (since === null && connection === "refused") return <KeyNeeded />;
  return (
    <div className="status-line">
      {since === null ? <h1 className="wk-hidden">{t("page.title")}</h1> : null}
      <ConnectionNotice connection={connection} />
      {since === null ? null : <p className="wk-muted">{t("page.stale", { ago: since })}</p>}
    </div>
  );
}

function Everything({ overview, now, stale }: { overview: SiteOverview; now: number; stale: boolean }): ReactNode {
  const names = new Map(overview.people.map((person) => [person.staffId, person.name]));
  const nameOf = (staffId: string): string => names.get(staffId) ?? staffId;
  return (
    <div className="status-everything" data-stale={stale}>
      <Headline overview={overview} concerns={concernsOf(overview)} now={now} nameOf={nameOf} />
      <Tiles overview={overview} />
      <Kiosks kiosks={overview.kiosks} now={now} />
      <div className="status-pair">
        <People people={overview.people} />
        <Journal entries={overview.journal} kiosks={overview.kiosks} now={now} nameOf={nameOf} />
      </div>
    </div>
  );
}

/** Reads out the headline when its meaning changes, and nothing that merely ticks. */
function Announcement({ overview }: { overview: SiteOverview | null }): ReactNode {
  const { t } = useWords();
  if (overview === null) return <LiveRegion message="" />;
  const count = concernsOf(overview).length;
  if (count > 0) return <LiveRegion message={t("needs.line", { count })} />;
  return <LiveRegion message={t(overview.kiosks.length === 0 ? "start.line" : "calm.line")} />;
}
