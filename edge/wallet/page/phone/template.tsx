import { Button, Dialog } from "@wardkey/ui";
import { Fingerprint, RefreshCw, Trash2 } from "@wardkey/ui/icons";
import { type ReactNode, useState } from "react";
import { useWords } from "../words.js";
import type { ScreenProps } from "./screen.js";
import { Welcome } from "./welcome.js";

/** What this phone keeps of its owner's face: when, by whom, make anew, delete. */
export function MyTemplate({ view, send }: ScreenProps): ReactNode {
  const { t, formats } = useWords();
  const [renewing, setRenewing] = useState(false);
  const [asking, setAsking] = useState(false);
  const { credential } = view;
  if (renewing && credential !== null) {
    return (
      <Welcome
        again
        arrivedCode={null}
        onJoin={(qr) => {
          setRenewing(false);
          send({ type: "enrol", qr });
        }}
        onLeave={() => setRenewing(false)}
      />
    );
  }
  const remove = (): void => {
    setAsking(false);
    send({ type: "delete-template" });
  };
  return (
    <>
      <h1>{t("template.title")}</h1>
      {credential === null ? (
        <p className="empty">{t("template.none")}</p>
      ) : (
        <>
          <div className="template-card">
            <Fingerprint size={40} strokeWidth={1.5} aria-hidden />
            <dl>
              <div>
                <dt>{t("template.made")}</dt>
                <dd className="wk-figures">{formats.dateTime(credential.templateMadeAt)}</dd>
              </div>
              <div>
                <dt>{t("template.kiosk")}</dt>
                <dd>{credential.templateKiosk}</dd>
              </div>
            </dl>
          </div>
          <p>{t("template.says")}</p>
          <div className="template-actions">
            <Button kind="secondary" large icon={<RefreshCw size={20} aria-hidden />} onPress={() => setRenewing(true)}>
              {t("welcome.again")}
            </Button>
            <Button kind="quiet" large icon={<Trash2 size={20} aria-hidden />} onPress={() => setAsking(true)}>
              {t("template.delete")}
            </Button>
          </div>
        </>
      )}
      <Dialog
        alert
        title={t("template.delete.title")}
        isOpen={asking && credential !== null}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button kind="secondary" autoFocus onPress={() => setAsking(false)}>
              {t("template.delete.no")}
            </Button>
            <Button kind="stop" onPress={remove}>
              {t("template.delete.yes")}
            </Button>
          </>
        }
      >
        <p>{t("template.delete.says")}</p>
        <p>{t("template.delete.follows")}</p>
      </Dialog>
    </>
  );
}
