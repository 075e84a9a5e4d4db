export { ConsentMode, FromPhonePage, PHONE_SOCKET_PATH, PhoneView, ReleaseRecord, ToPhonePage } from "./messages.js";
