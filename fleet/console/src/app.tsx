import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { takeFromFragment, takePageToken, WordsProvider } from "@wardkey/ui";
import { type ReactNode, useState } from "react";
import { KeyNeeded } from "./key-needed.js";
import { PageHead } from "./page-head.js";
import { Register } from "./session/register.js";
import { SignIn } from "./session/sign-in.js";
import { useOwnName } from "./session/use-own-name.js";
import { useSession } from "./session/use-session.js";
import { SignedInPages } from "./signed-in-pages.js";
import { StatusPage } from "./status-page.js";
import { i18n, useWords } from "./words.js";

const LINKS = ["set-up", "invitation", "recovery"] as const;

/** What the address asks for: the secret of a link to register with, the page token of this start, or neither. */
function takeEntry(): { invitation: string | null; token: string | null } {
  const taken = takeFromFragment(LINKS);
  const invitation = LINKS.map((name) => taken[name]).find((secret) => secret !== undefined) ?? null;
  return { invitation, token: invitation === null ? takePageToken() : null };
}

/** The site is near: it answers without any network, and a failed question is asked again by what keeps it fresh. */
const makeClient = () => new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: "always" } } });

export function App(): ReactNode {
  const [client] = useState(makeClient);
  const [entry, setEntry] = useState(takeEntry);
  return (
    <WordsProvider i18n={i18n}>
      <QueryClientProvider client={client}>
        {entry.token === null ? (
          <Door invitation={entry.invitation} onRegistered={() => setEntry({ invitation: null, token: null })} />
        ) : (
          <StatusPage token={entry.token} onSignIn={() => setEntry({ invitation: null, token: null })} />
        )}
      </QueryClientProvider>
    </WordsProvider>
  );
}

/** In front of the console: nobody is in yet. */
function Door({ invitation, onRegistered }: { invitation: string | null; onRegistered: () => void }): ReactNode {
  const { session, refresh } = useSession();
  const { t } = useWords();
  useOwnName(session?.relyingParty);
  if (session === undefined) return null;
  const signedIn = session?.signedIn ?? null;
  if (session !== null && signedIn !== null && invitation === null) {
    return <SignedInPages siteName={session.siteName} me={signedIn} refresh={refresh} />;
  }
  const enter = async (): Promise<void> => {
    onRegistered();
    await refresh();
  };
  return (
    <div className="status">
      <PageHead
        siteName={session?.siteName ?? null}
        updated={null}
        {...(session === null ? {} : { place: t("door.place") })}
      />
      <main className="status-main">
        {session === null ? (
          <KeyNeeded />
        ) : invitation === null ? (
          <SignIn siteName={session.siteName} setUpNeeded={session.setUpNeeded} onSignedIn={refresh} />
        ) : (
          <Register secret={invitation} onSignedIn={enter} />
        )}
      </main>
    </div>
  );
}
