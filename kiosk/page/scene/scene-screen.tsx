import type { ScreenView } from "@wardkey/protocol/screen";
import { Button, Notice } from "@wardkey/ui";
import { History, KeyRound, Siren, UserRoundPlus } from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import type { CameraState } from "../camera/use-camera.js";
import { Frame } from "../frame.js";
import { type KioskKey, useWords } from "../words.js";
import { ScenePicture } from "./pictures.js";
import type { Scene } from "./scene.js";

export interface SceneScreenProps {
  readonly view: ScreenView;
  readonly now: number;
  readonly scene: Scene;
  readonly camera: CameraState;
  /** Words of a command that was refused. */
  readonly refusal: string | null;
  /** Absent where there is no account of the last lock. */
  readonly onWhy?: () => void;
  /** Absent where nobody can be enrolled now. */
  readonly onEnrol?: () => void;
  /** Absent where nobody comes in without a face now. */
  readonly onOtherWay?: () => void;
  /** Absent where nobody can break the glass now. */
  readonly onEmergency?: () => void;
}

export function SceneScreen(props: SceneScreenProps): ReactNode {
  const { view, now, scene, camera, refusal, onWhy, onEnrol, onOtherWay, onEmergency } = props;
  const { t } = useWords();
  const cameraSays = CAMERA_SAYS[camera];
  return (
    <Frame
      view={view}
      now={now}
      tone={scene.tone}
      line={t(scene.line.key, scene.line.values)}
      picture={<ScenePicture picture={scene.picture} />}
    >
      <p className="says">{t(scene.says.key, scene.says.values)}</p>
      {scene.also === null ? null : <p className="also">{t(scene.also.key, scene.also.values)}</p>}
      {cameraSays === null ? null : <Notice tone="wait">{t(cameraSays)}</Notice>}
      {refusal === null ? null : <Notice tone="wait">{refusal}</Notice>}
      {onWhy === undefined && onEnrol === undefined && onOtherWay === undefined && onEmergency === undefined ? null : (
        <div className="offers">
          {onOtherWay === undefined ? null : (
            <Button kind="secondary" large icon={<KeyRound size={24} aria-hidden />} onPress={onOtherWay}>
              {t("ways.open")}
            </Button>
          )}
          {onEmergency === undefined ? null : (
            <Button kind="secondary" large icon={<Siren size={24} aria-hidden />} onPress={onEmergency}>
              {t("glass.open")}
            </Button>
          )}
          {onWhy === undefined ? null : (
            <Button kind="quiet" icon={<History size={22} aria-hidden />} onPress={onWhy}>
              {t("account.ask")}
            </Button>
          )}
          {onEnrol === undefined ? null : (
            <Button kind="quiet" icon={<UserRoundPlus size={22} aria-hidden />} onPress={onEnrol}>
              {t("enrol.open")}
            </Button>
          )}
        </div>
      )}
    </Frame>
  );
}

const CAMERA_SAYS: Readonly<Record<CameraState, KioskKey | null>> = {
  off: null,
  available: null,
  asking: "camera.asking",
  denied: "camera.denied",
  lost: "camera.lost",
};
