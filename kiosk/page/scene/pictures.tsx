import { assertNever } from "@wardkey/protocol";
import { Ring } from "@wardkey/ui";
import {
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  BluetoothOff,
  CameraOff,
  CloudOff,
  EyeClosed,
  FileX2,
  LockKeyhole,
  LockKeyholeOpen,
  type LucideIcon,
  MonitorOff,
  ScanFace,
  Smartphone,
  UserRound,
  X,
  ZoomIn,
} from "@wardkey/ui/icons";
import type { ReactNode } from "react";
import { useWords } from "../words.js";
import { FaceOutline } from "./face-outline.js";
import type { Picture } from "./scene.js";

const BROKEN: Readonly<Record<Extract<Picture, { kind: "broken" }>["about"], LucideIcon>> = {
  camera: CameraOff,
  journal: FileX2,
  fleet: CloudOff,
  radio: BluetoothOff,
  screen: MonitorOff,
};

const REFUSED: Readonly<Record<Extract<Picture, { kind: "refused" }>["about"], LucideIcon>> = {
  face: ScanFace,
  phone: Smartphone,
  kiosk: LockKeyhole,
};

/** As in a mirror: who looks at the screen has its left on their own left. */
const MOVEMENT: Readonly<Record<Extract<Picture, { kind: "challenge" }>["movement"], LucideIcon>> = {
  "turn-left": ArrowLeft,
  "turn-right": ArrowRight,
  blink: EyeClosed,
  nod: ArrowDown,
  closer: ZoomIn,
};

/** The one picture of a scene: always the same ring, so that from two metres its filling and its colour tell the state. */
export function ScenePicture({ picture }: { picture: Picture }): ReactNode {
  const { t } = useWords();
  switch (picture.kind) {
    case "locked":
      return (
        <div className="rings">
          <Ring value={null}>
            <LockKeyhole className="glyph" strokeWidth={1.25} aria-hidden />
          </Ring>
        </div>
      );
    case "nearing":
      return (
        <Ring value={picture.evidence} label={t("near.ring")}>
          <UserRound className="glyph" strokeWidth={1.25} aria-hidden />
        </Ring>
      );
    case "face":
      return <FaceOutline good={picture.good} />;
    case "challenge": {
      const Icon = MOVEMENT[picture.movement];
      return (
        <Ring value={picture.progress} label={t("challenge.ring")}>
          <Icon className="glyph" strokeWidth={1.25} aria-hidden />
        </Ring>
      );
    }
    case "welcome":
      return (
        <Ring value={1}>
          <LockKeyholeOpen className="glyph" strokeWidth={1.25} aria-hidden />
        </Ring>
      );
    case "refused":
      return <Crossed icon={REFUSED[picture.about]} />;
    case "broken": {
      const Icon = BROKEN[picture.about];
      return (
        <Ring value={null}>
          <Icon className="glyph" strokeWidth={1.25} aria-hidden />
        </Ring>
      );
    }
    default:
      return assertNever(picture);
  }
}

/** A ring with a cross on its rim: a refusal is a shape, not only a colour. */
function Crossed({ icon: Icon }: { icon: LucideIcon }): ReactNode {
  return (
    <Ring value={1}>
      <Icon className="glyph" strokeWidth={1.25} aria-hidden />
      <span className="cross" aria-hidden>
        <X strokeWidth={3} />
      </span>
    </Ring>
  );
}
