import { Button, Ring } from "@wardkey/ui";
import { Lock, MonitorSmartphone } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useWords } from "../words.js";

/** One seat at a time: who is in at another kiosk finds this one covered, and names nobody to who passes by. */
export function ElsewhereVeil({ onLock }: { onLock: () => void }): ReactNode {
  const { t } = useWords();
  return (
    <main className="leaving" data-veil="elsewhere">
      <div className="leaving-picture">
        <Ring value={null}>
          <MonitorSmartphone className="glyph" strokeWidth={1.25} aria-hidden />
        </Ring>
      </div>
      <h1 className="line">{t("elsewhere.line")}</h1>
      <p className="says">{t("elsewhere.says")}</p>
      <Button kind="secondary" large icon={<Lock size={22} aria-hidden />} onPress={onLock}>
        {t("session.lock")}
      </Button>
    </main>
  );
}
