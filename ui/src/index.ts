export { Button, type ButtonProps } from "./components/button.js";
export { Card, type CardProps } from "./components/card.js";
export { type Choice, Choices, type ChoicesProps } from "./components/choices.js";
export { Dialog, type DialogProps } from "./components/dialog.js";
export { LanguageSwitch } from "./components/language-switch.js";
export { LiveRegion } from "./components/live-region.js";
export { Notice, type NoticeProps } from "./components/notice.js";
export { Ring, type RingProps } from "./components/ring.js";
export { Slider, type SliderProps } from "./components/slider.js";
export { StatusDot, type StatusDotProps } from "./components/status-dot.js";
export { Switch, type SwitchProps } from "./components/switch.js";
export {
  type Column,
  Table,
  TableFrame,
  type TableFrameProps,
  type TableProps,
  TableRows,
  type TableRowsProps,
} from "./components/table.js";
export { TextField, type TextFieldProps } from "./components/text-field.js";
export { TONE_ICON, type Tone } from "./components/tone.js";
export { ConnectionNotice } from "./connection/connection-notice.js";
export { type AddressBar, takeFromFragment, takePageToken } from "./connection/fragment.js";
export { useFragment } from "./connection/use-fragment.js";
export { useNow } from "./connection/use-now.js";
export { type SocketView, useSocketView } from "./connection/use-socket-view.js";
export type { Connection, Incoming, MessageSchema, Refusal } from "./connection/view-socket.js";
export { startPage } from "./start-page.js";
export {
  type Catalogue,
  type Catalogues,
  gapsIn,
  LANGUAGES,
  type Language,
  type MessageKey,
  type Translation,
} from "./words/catalogue.js";
export { type Formats, formatsFor } from "./words/formats.js";
export { makeI18n, type PageI18n, type PageWords, type Values, type Words, WordsProvider } from "./words/make-i18n.js";
