import { assertNever } from "@wardkey/protocol";
import { Button } from "@wardkey/ui";
import { LogOut } from "@wardkey/ui/icons";
import { type ReactNode, useEffect, useState } from "react";
import { AccountPage } from "./account/account-page.js";
import { AdministratorsPage } from "./administrators/administrators-page.js";
import { Nothing, type SignedIn } from "./api/answers.js";
import { ask } from "./api/ask.js";
import { ApprovalsPage } from "./approvals/approvals-page.js";
import { type ApprovalsState, useApprovals } from "./approvals/use-approvals.js";
import { PageHead } from "./page-head.js";
import { useAct } from "./session/use-act.js";
import { StatusPage } from "./status-page.js";
import { useWords } from "./words.js";

const PLACES = ["status", "approvals", "administrators", "account"] as const;
type Place = (typeof PLACES)[number];

const placeOf = (hash: string): Place => PLACES.find((place) => hash === `#/${place}`) ?? "status";

export interface SignedInPagesProps {
  readonly siteName: string;
  readonly me: SignedIn;
  readonly refresh: () => Promise<void>;
}

/** Everything for who is signed in; each place has its own address. */
export function SignedInPages({ siteName, me, refresh }: SignedInPagesProps): ReactNode {
  const { t } = useWords();
  const place = usePlace();
  const approvals = useApprovals();
  const { busy, act } = useAct();
  const waiting = approvals.approvals.filter(({ state }) => state === "proposed").length;
  const mayLook = ["security-officer", "administrator"].includes(me.administrator.role);
  const signOut = (): void =>
    act(async () => {
      await ask({ method: "DELETE", path: "v1/session", answer: Nothing });
      await refresh();
    });
  const actions = (
    <>
      <nav className="places" aria-label={t("nav.title")}>
        {PLACES.filter((each) => each !== "administrators" || mayLook).map((each) => (
          <a key={each} href={`#/${each}`} {...(each === place ? { "aria-current": "page" } : {})}>
            {t(`nav.${each}`)}
            {each === "approvals" && waiting > 0 ? <span className="places-count wk-figures">{waiting}</span> : null}
          </a>
        ))}
      </nav>
      <Button kind="quiet" onPress={signOut} isDisabled={busy} icon={<LogOut size={20} aria-hidden />}>
        {t("signout", { name: me.administrator.name })}
      </Button>
    </>
  );
  if (place === "status") return <StatusPage token={null} actions={actions} />;
  return (
    <div className="status">
      <PageHead siteName={siteName} updated={null} place={t(`nav.${place}`)} actions={actions} />
      <main className="status-main" key={place}>
        <Content place={place} me={me} approvals={approvals} refresh={refresh} />
      </main>
    </div>
  );
}

interface ContentProps {
  readonly place: Exclude<Place, "status">;
  readonly me: SignedIn;
  readonly approvals: ApprovalsState;
  readonly refresh: () => Promise<void>;
}

function Content({ place, me, approvals, refresh }: ContentProps): ReactNode {
  switch (place) {
    case "approvals":
      return <ApprovalsPage state={approvals} me={me} />;
    case "administrators":
      return <AdministratorsPage me={me} />;
    case "account":
      return <AccountPage me={me} refresh={refresh} />;
    default:
      return assertNever(place);
  }
}

function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(window.location.hash));
  useEffect(() => {
    const follow = (): void => setPlace(placeOf(window.location.hash));
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  return place;
}
