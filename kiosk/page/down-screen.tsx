import { type Connection, ConnectionNotice } from "@wardkey/ui";
import type { ReactNode } from "react";
import { ScenePicture } from "./scene/pictures.js";
import { useWords } from "./words.js";

/** Covers everything while the agent is not heard. */
export function DownScreen({ connection }: { connection: Connection }): ReactNode {
  const { t } = useWords();
  const starting = connection === "connecting" || connection === "open";
  return (
    <div className="kiosk" data-tone={starting ? "calm" : "wait"}>
      <main className="kiosk-main">
        <div className="kiosk-words">
          <h1 className="line">{starting ? "Wardkey" : t(connection === "refused" ? "line.refused" : "line.down")}</h1>
          {connection === "lost" ? <p className="says">{t("line.down.says")}</p> : null}
          <ConnectionNotice connection={connection} />
        </div>
        <div className="kiosk-stage">
          <div className="picture">
            <ScenePicture picture={starting ? { kind: "locked" } : { kind: "broken", about: "screen" }} />
          </div>
        </div>
      </main>
    </div>
  );
}
