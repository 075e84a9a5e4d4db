import "@wardkey/ui/styles.css";
import "./styles/phone.css";
import "./styles/cards.css";
import "./styles/room.css";
import { startPage } from "@wardkey/ui";

void startPage(async () => (await import("./app.js")).App);
