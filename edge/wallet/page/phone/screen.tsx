import type { FromPhonePage, PhoneView } from "@wardkey/protocol/phone";
import { Button, type Connection, ConnectionNotice, LanguageSwitch, Notice, type Refusal } from "@wardkey/ui";
import { Fingerprint, History, House, Radio } from "@wardkey/ui/icons";
import { type ReactNode, useEffect, useState } from "react";
import type { ArrivedCode } from "../use-arrived-code.js";
import { useWords } from "../words.js";
import { wordsOfCode } from "../words-of-code.js";
import { Enrolment } from "./enrolment.js";
import { HistoryList } from "./history.js";
import { Home } from "./home.js";
import { Prompt } from "./prompt.js";
import { MyTemplate } from "./template.js";
import { Welcome } from "./welcome.js";

export type Send = (message: FromPhonePage) => boolean;

export interface ScreenProps {
  readonly view: PhoneView;
  readonly now: number;
  readonly send: Send;
  readonly connection: Connection;
  readonly refusal: Refusal | null;
  readonly dismissRefusal: () => void;
  readonly arrived: ArrivedCode | null;
  readonly setArrived: (arrived: ArrivedCode | null) => void;
}

const TABS = [
  { id: "home", words: "nav.home", Icon: House },
  { id: "history", words: "nav.history", Icon: History },
  { id: "template", words: "nav.template", Icon: Fingerprint },
] as const;
type Tab = (typeof TABS)[number]["id"];

/** What stands on the phone's glass. */
export function Screen(props: ScreenProps): ReactNode {
  const { view, now, connection, refusal, dismissRefusal, arrived } = props;
  const { t, formats } = useWords();
  const [tab, setTab] = useState<Tab>("home");
  useEffect(() => {
    if (arrived !== null) setTab("home");
  }, [arrived]);
  return (
    <div className="phone">
      <header className="phone-bar">
        <span className="wk-figures">{formats.time(now)}</span>
        <LanguageSwitch />
        <Radio size={18} aria-hidden data-on={view.visibility.advertising} />
      </header>
      <main className="phone-glass" data-tab={tab} inert={view.prompt !== null}>
        <ConnectionNotice connection={connection} />
        {refusal === null ? null : (
          <Notice
            tone="wait"
            title={t("refusal.title")}
            action={
              <Button kind="quiet" onPress={dismissRefusal}>
                {t("refusal.close")}
              </Button>
            }
          >
            <p>{t(wordsOfCode(refusal.code), { code: refusal.code })}</p>
          </Notice>
        )}
        <Tabbed {...props} tab={tab} />
      </main>
      <nav className="phone-nav" aria-label={t("nav.label")} inert={view.prompt !== null}>
        {TABS.map(({ id, words, Icon }) => (
          <button key={id} type="button" aria-current={tab === id ? "page" : undefined} onClick={() => setTab(id)}>
            <Icon size={22} aria-hidden />
            {t(words)}
          </button>
        ))}
      </nav>
      <Prompt {...props} />
    </div>
  );
}

function Tabbed({ tab, ...props }: ScreenProps & { readonly tab: Tab }): ReactNode {
  const { view, send, now, arrived, setArrived } = props;
  const { enrolment, credential } = view;
  if (tab === "history") return <HistoryList view={view} now={now} />;
  const underWay = enrolment !== null && enrolment.step !== "done";
  if (underWay) return <Enrolment enrolment={enrolment} now={now} send={send} />;
  if (tab === "template") return <MyTemplate {...props} />;
  const asked = arrived !== null && !arrived.trusted ? arrived.code : null;
  if (credential !== null && asked === null) return <Home {...props} />;
  return (
    <Welcome
      key={asked}
      again={credential !== null}
      arrivedCode={asked}
      onJoin={(qr) => {
        setArrived(null);
        send({ type: "enrol", qr });
      }}
      onLeave={() => setArrived(null)}
    />
  );
}
