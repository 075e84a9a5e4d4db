import { useRouterState } from "@tanstack/react-router";
import { Button, LanguageSwitch } from "@wardkey/ui";
import { LogOut, Menu, X } from "@wardkey/ui/icons";
import { type ReactNode, useEffect, useRef, useState } from "react";
import icon from "../../icon.svg";
import { Nothing } from "../api/answers.js";
import { ask } from "../api/ask.js";
import { useApprovals } from "../approvals/use-approvals.js";
import { useAct } from "../session/use-act.js";
import { useWords } from "../words.js";
import { addressOf } from "./address.js";
import { LiveDot } from "./live-dot.js";
import { useMe } from "./me.js";
import { GROUPS, PLACES, type Place } from "./places.js";
import { ThemeSwitch } from "./theme-switch.js";

/** Where one is, and everywhere one can go: at the side of a wide window, behind a button in a narrow one. */
export function Navigation(): ReactNode {
  const { t } = useWords();
  const { siteName, may } = useMe();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [open, setOpen] = useState(false);
  // Arriving somewhere closes the menu that led there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is the reason, not a value that is read
  useEffect(() => setOpen(false), [path]);
  return (
    <header className="side" data-open={open}>
      <div className="side-head">
        <img className="status-mark" src={icon} alt="" />
        <div className="side-site">
          <p className="status-site">{siteName}</p>
          <LiveDot />
        </div>
        <button
          type="button"
          className="side-menu"
          aria-expanded={open}
          aria-controls="places"
          onClick={() => setOpen(!open)}
        >
          {open ? <X size={24} aria-hidden /> : <Menu size={24} aria-hidden />}
          <span className="wk-hidden">{t("nav.title")}</span>
        </button>
      </div>
      <div className="side-body" id="places">
        <nav className="places" aria-label={t("nav.title")}>
          {GROUPS.map((group) => {
            const places = PLACES.filter((place) => place.group === group && may(place.needs ?? "viewer"));
            if (places.length === 0) return null;
            return (
              <section key={group} className="places-group" aria-labelledby={`places-${group}`}>
                <h2 id={`places-${group}`}>{t(`nav.group.${group}`)}</h2>
                <ul>
                  {places.map((place) => (
                    <li key={place.path}>
                      <PlaceLink place={place} here={path === place.path || path.startsWith(`${place.path}/`)} />
                    </li>
                  ))}
                </ul>
              </section>
            );
          })}
        </nav>
        <SideFoot />
      </div>
    </header>
  );
}

function PlaceLink({ place, here }: { place: Place; here: boolean }): ReactNode {
  const { t } = useWords();
  const Icon = place.icon;
  const link = useRef<HTMLAnchorElement>(null);
  // A short window holds no room for every place: where one is must be among those that are seen.
  useEffect(() => {
    if (here) link.current?.scrollIntoView({ block: "nearest" });
  }, [here]);
  return (
    <a ref={link} href={addressOf(place.path)} {...(here ? { "aria-current": "page" } : {})}>
      <Icon size={20} aria-hidden />
      <span>{t(place.name)}</span>
      {place.path === "/approvals" ? <Waiting /> : null}
    </a>
  );
}

function Waiting(): ReactNode {
  const { approvals } = useApprovals();
  const waiting = approvals.filter(({ state }) => state === "proposed").length;
  return waiting === 0 ? null : <span className="places-count wk-figures">{waiting}</span>;
}

function SideFoot(): ReactNode {
  const { t } = useWords();
  const { me, refresh } = useMe();
  const { busy, act } = useAct();
  const signOut = (): void =>
    act(async () => {
      await ask({ method: "DELETE", path: "v1/session", answer: Nothing });
      await refresh();
    });
  return (
    <div className="side-foot">
      <div className="side-switches">
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
      <p className="side-who">
        <span>{me.administrator.name}</span>
        <span className="wk-muted">{t(`role.${me.administrator.role}`)}</span>
      </p>
      <Button
        kind="quiet"
        onPress={signOut}
        isDisabled={busy}
        icon={<LogOut size={20} aria-hidden />}
        aria-label={t("signout", { name: me.administrator.name })}
      >
        {t("shell.signout")}
      </Button>
    </div>
  );
}
