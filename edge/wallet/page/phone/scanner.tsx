import { Button, Notice } from "@wardkey/ui";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useWords } from "../words.js";

interface FoundCode {
  readonly rawValue: string;
}

/** Barcode Detection API (WICG): in some browsers only. */
type DetectorClass = new (options: {
  formats: readonly string[];
}) => { detect(source: HTMLVideoElement): Promise<readonly FoundCode[]> };

function detectorClass(): DetectorClass | null {
  return "BarcodeDetector" in window ? (window.BarcodeDetector as DetectorClass) : null;
}

export function canScan(): boolean {
  return detectorClass() !== null && "mediaDevices" in navigator;
}

const LOOK_EVERY_MS = 250;

/** Reads the kiosk's code with the camera. No picture is kept or sent. */
export function Scanner({ onCode, onStop }: { onCode: (code: string) => void; onStop: () => void }): ReactNode {
  const { t } = useWords();
  const video = useRef<HTMLVideoElement>(null);
  const found = useRef(onCode);
  found.current = onCode;
  const [denied, setDenied] = useState(false);

  useEffect(() => {
    const Detector = detectorClass();
    const screen = video.current;
    if (Detector === null || screen === null) return;
    const detector = new Detector({ formats: ["qr_code"] });
    let stream: MediaStream | null = null;
    let over = false;
    const look = async (): Promise<void> => {
      const codes = await detector.detect(screen).catch(() => []);
      const [code] = codes;
      if (!over && code !== undefined) found.current(code.rawValue);
    };
    const timer = setInterval(() => void look(), LOOK_EVERY_MS);
    const stop = (): void => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(
      (given) => {
        stream = given;
        if (over) return stop();
        screen.srcObject = given;
        screen.play().catch(() => setDenied(true));
      },
      () => setDenied(true),
    );
    return () => {
      over = true;
      clearInterval(timer);
      stop();
    };
  }, []);

  return (
    <div className="scanner">
      {denied ? (
        <Notice tone="wait">{t("welcome.scan.denied")}</Notice>
      ) : (
        <video ref={video} muted playsInline aria-label={t("welcome.scan")} />
      )}
      <Button kind="quiet" onPress={onStop}>
        {t("welcome.scan.stop")}
      </Button>
    </div>
  );
}
