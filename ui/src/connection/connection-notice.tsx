import { Unplug } from "lucide-react";
import type { ReactNode } from "react";
import { Notice } from "../components/notice.js";
import { useUiWords } from "../words/make-i18n.js";
import type { UiKey } from "../words/ui-words.js";
import type { Connection } from "./view-socket.js";

const SAYS: Readonly<Record<Exclude<Connection, "open">, UiKey>> = {
  connecting: "ui.connecting",
  lost: "ui.lost",
  refused: "ui.refused",
  incompatible: "ui.incompatible",
};

/** Says in words that the line is not open; nothing while it is. */
export function ConnectionNotice({ connection }: { connection: Connection }): ReactNode {
  const { t } = useUiWords();
  if (connection === "open") return null;
  return (
    <Notice tone={connection === "connecting" ? "neutral" : "wait"} icon={Unplug}>
      {t(SAYS[connection])}
    </Notice>
  );
}
