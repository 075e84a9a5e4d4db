import "@wardkey/ui/styles.css";
import "./styles/page.css";
import "./styles/tiles.css";
import "./styles/kiosks.css";
import "./styles/journal.css";
import "./styles/access.css";
import "./styles/shell.css";
import "./styles/list.css";
import "./styles/overview.css";
import "./styles/parts.css";
import "./styles/chart.css";
import { startPage } from "@wardkey/ui";
import { recallTheme } from "./shell/theme.js";

recallTheme();
void startPage(async () => (await import("./app.js")).App);
