import type { PhoneView } from "@wardkey/protocol/phone";
import { Slider, Switch } from "@wardkey/ui";
import { type ReactNode, useState } from "react";
import type { Send } from "../phone/screen.js";
import { useWords } from "../words.js";
import { FARTHEST, NEAREST, RoomPlan } from "./room-plan.js";

type Room = NonNullable<PhoneView["room"]>;

/** The simulated room: where the phone stands, drawn over the slider that moves it. */
export function RoomPanel({ room, send }: { room: Room; send: Send }): ReactNode {
  const { t, formats } = useWords();
  // While the handle is held it leads and the wallet follows.
  const [held, setHeld] = useState<number | null>(null);
  const distance = Math.min(FARTHEST, Math.max(NEAREST, held ?? room.distance));
  const move = (to: number): void => {
    setHeld(to);
    send({ type: "move", distance: to });
  };
  return (
    <aside className="room" aria-label={t("room.title")}>
      <div className="room-head">
        <h2>{t("room.title")}</h2>
        <p className="wk-muted">{t("room.says")}</p>
      </div>
      <RoomPlan distance={distance} pocket={room.pocket} />
      <Slider
        label={t("room.distance")}
        value={distance}
        minValue={NEAREST}
        maxValue={FARTHEST}
        step={0.1}
        shown={formats.metres(distance)}
        formatOptions={{ style: "unit", unit: "meter", maximumFractionDigits: 1 }}
        onChange={move}
        onChangeEnd={() => setHeld(null)}
      />
      <Switch isSelected={room.pocket} onChange={(on) => send({ type: "pocket", on })}>
        {t("room.pocket")}
      </Switch>
    </aside>
  );
}
