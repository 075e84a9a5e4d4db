import type { FromPhonePage, PhoneView } from "@wardkey/protocol/phone";
import { PHONE_SOCKET_PATH, ToPhonePage } from "@wardkey/protocol/phone";
import { ConnectionNotice, LiveRegion, useNow, useSocketView, WordsProvider } from "@wardkey/ui";
import { type ReactNode, useEffect } from "react";
import { Screen } from "./phone/screen.js";
import { RoomPanel } from "./room/room-panel.js";
import { useArrivedCode } from "./use-arrived-code.js";
import { i18n, useWords } from "./words.js";

export function App(): ReactNode {
  return (
    <WordsProvider i18n={i18n}>
      <Page />
    </WordsProvider>
  );
}

/** The phone, and beside it the simulated room that it is in. The page keeps nothing of its own: the wallet says what is. */
function Page(): ReactNode {
  const [arrived, setArrived] = useArrivedCode();
  const line = useSocketView<PhoneView, FromPhonePage>(PHONE_SOCKET_PATH, ToPhonePage);
  const { view, connection, refusal, send, dismissRefusal } = line;
  const now = useNow(view?.now ?? null);
  const { t } = useWords();
  useEffect(() => {
    if (arrived?.trusted && connection === "open" && send({ type: "enrol", qr: arrived.code })) setArrived(null);
  }, [arrived, connection, send, setArrived]);
  if (view === null) {
    return (
      <main className="alone">
        <ConnectionNotice connection={connection} />
      </main>
    );
  }
  return (
    <div className="desk">
      <Screen {...{ view, now, send, connection, refusal, dismissRefusal, arrived, setArrived }} />
      {view.room === null ? null : <RoomPanel room={view.room} send={send} />}
      <LiveRegion message={announcement(view, t)} />
    </div>
  );
}

function announcement(view: PhoneView, t: ReturnType<typeof useWords>["t"]): string {
  if (view.prompt !== null) return t("announce.prompt", { kiosk: view.prompt.kiosk });
  if (view.enrolment?.step === "compare-code") {
    return t("announce.code", { code: view.enrolment.code.split("").join(" ") });
  }
  const { servedKiosk } = view.visibility;
  return servedKiosk === null ? "" : t("announce.served", { kiosk: servedKiosk });
}
