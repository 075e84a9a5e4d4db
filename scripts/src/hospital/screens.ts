import { FromPhonePage, PHONE_SOCKET_PATH, type PhoneView, ToPhonePage } from "@wardkey/protocol/phone";
import { FromScreen, SCREEN_SOCKET_PATH, type ScreenView, ToScreen } from "@wardkey/protocol/screen";
import type { Hospital } from "./hospital.js";
import { type Watch, watchPage } from "./watch.js";

/** The two screens of a hospital, driven and watched by a script. */
export interface Screens {
  readonly kiosk: Watch<ScreenView, FromScreen>;
  readonly phone: Watch<PhoneView, FromPhonePage>;
}

type OnRefused = (command: string, code: string) => void;

/** The kiosk's screen; a restarted agent has a new address and wants a new watch. */
export const watchKiosk = (
  { kiosk }: Pick<Hospital, "kiosk">,
  onRefused: OnRefused = () => {},
): Promise<Screens["kiosk"]> =>
  watchPage({ pageUrl: kiosk.pageUrl, path: SCREEN_SOCKET_PATH, from: FromScreen, to: ToScreen, onRefused });

export const watchPhone = ({ phone }: Hospital, onRefused: OnRefused = () => {}): Promise<Screens["phone"]> =>
  watchPage({ pageUrl: phone.pageUrl, path: PHONE_SOCKET_PATH, from: FromPhonePage, to: ToPhonePage, onRefused });
