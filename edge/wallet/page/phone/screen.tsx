import type { FromPhonePage, PhoneView } from "@wardkey/protocol/phone";
import {
  Button,
  type Connection,
  ConnectionNotice,
  LanguageSwitch,
  Notice,
  type Refusal,
  useFragment,
} from "@wardkey/ui";
import { Fingerprint, History, House, Radio } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
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
  readonly arrivedCode: string | null;
  readonly setArrivedCode: (code: string | null) => void;
}

const TABS = [
  { id: "home", words: "nav.home", Icon: House },
  { id: "history", words: "nav.history", Icon: History },
  { id: "template", words: "nav.template", Icon: Fingerprint },
] as const;
type Tab = (typeof TABS)[number]["id"];

/** What stands on the phone's glass. */
export function Screen(props: ScreenProps): ReactNode {
  const { view, now, connection, refusal, dismissRefusal, setArrivedCode } = props;
  const { t, formats } = useWords();
  const [tab, setTab] = useState<Tab>("home");
  useFragment("enrol", (code) => {
    setArrivedCode(code);
    setTab("home");
  });
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
  const { view, send, now, arrivedCode, setArrivedCode } = props;
  if (tab === "history") return <HistoryList view={view} now={now} />;
  if (tab === "template" && view.enrolment === null) return <MyTemplate {...props} />;
  if (view.enrolment !== null) return <Enrolment enrolment={view.enrolment} now={now} send={send} />;
  const join = (code: string): void => {
    setArrivedCode(null);
    send({ type: "enrol", qr: code });
  };
  if (view.credential === null || arrivedCode !== null) {
    return (
      <Welcome
        key={arrivedCode}
        again={view.credential !== null}
        arrivedCode={arrivedCode}
        onJoin={join}
        onLeave={() => setArrivedCode(null)}
      />
    );
  }
  return <Home {...props} />;
}
