import type { ConsentMode, PhoneView } from "@wardkey/protocol/phone";
import { Button, Choices, Notice, StatusDot } from "@wardkey/ui";
import { LockKeyhole, ShieldCheck } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useWords } from "../words.js";
import type { ScreenProps } from "./screen.js";

const UNLOCKED_FOR_MS = 4 * 60 * 60 * 1_000;

/** Am I visible now, who am I here, and how does this phone answer. */
export function Home({ view, now, send }: ScreenProps): ReactNode {
  const { t } = useWords();
  const { credential, consentMode, handsFree } = view;
  if (credential === null) return null;
  const unlocked = handsFree.unlockedAt !== null && now - handsFree.unlockedAt < UNLOCKED_FOR_MS;
  const modes = (["A", "B", "C"] as const satisfies readonly ConsentMode[]).map((value) => ({
    value,
    title: t(`consent.${value}`),
    says: t(`consent.${value}.says`),
  }));
  return (
    <>
      {view.enrolment?.step === "done" ? (
        <Notice
          tone="ok"
          title={t("enrol.done")}
          action={
            <Button kind="secondary" onPress={() => send({ type: "enrol-cancel" })}>
              {t("enrol.done.close")}
            </Button>
          }
        >
          <p>{t("enrol.done.says")}</p>
        </Notice>
      ) : null}
      <Visibility view={view} />
      <CredentialCard credential={credential} now={now} />
      {consentMode === "A" && !unlocked ? (
        <Notice
          tone="wait"
          icon={LockKeyhole}
          title={t("hands.locked")}
          action={
            <Button kind="secondary" onPress={() => send({ type: "unlock-phone" })}>
              {t("hands.unlock")}
            </Button>
          }
        >
          <p>{t("hands.locked.says")}</p>
        </Notice>
      ) : null}
      <Choices
        label={t("consent.title")}
        value={consentMode}
        options={modes}
        onChange={(mode) => send({ type: "set-consent", mode })}
      />
    </>
  );
}

function Visibility({ view }: { view: PhoneView }): ReactNode {
  const { t } = useWords();
  const { advertising, servedKiosk } = view.visibility;
  if (servedKiosk !== null) {
    return (
      <div className="visible" data-state="served">
        <StatusDot tone="ok" word={t("visible.served", { kiosk: servedKiosk })} />
        <p>{t("visible.served.says")}</p>
      </div>
    );
  }
  const state = advertising ? "on" : "off";
  return (
    <div className="visible" data-state={state}>
      <StatusDot tone={advertising ? "accent" : "neutral"} word={t(`visible.${state}`)} />
      <p>{t(`visible.${state}.says`, { site: view.credential?.site ?? "" })}</p>
    </div>
  );
}

function CredentialCard({
  credential,
  now,
}: {
  credential: NonNullable<PhoneView["credential"]>;
  now: number;
}): ReactNode {
  const { t, formats } = useWords();
  const expired = credential.expiresAt <= now;
  return (
    <section className="credential" aria-label={t("credential.title")} data-expired={expired}>
      <ShieldCheck className="credential-mark" size={28} aria-hidden />
      <h1>{credential.name}</h1>
      <dl>
        <div>
          <dt>{t("credential.site")}</dt>
          <dd>{credential.site}</dd>
        </div>
        <div>
          <dt>{t("credential.staff")}</dt>
          <dd>{credential.staffId}</dd>
        </div>
        <div>
          <dt>{t(expired ? "credential.expired" : "credential.until")}</dt>
          <dd className="wk-figures">{formats.date(credential.expiresAt)}</dd>
        </div>
      </dl>
    </section>
  );
}
