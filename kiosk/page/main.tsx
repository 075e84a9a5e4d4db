import "@wardkey/ui/styles.css";
import "./styles/frame.css";
import "./styles/stage.css";
import "./styles/session.css";
import "./styles/enrolment.css";
import "./styles/ways.css";
import "./styles/why.css";
import "./styles/cues.css";
import "./styles/emergency.css";
import "./styles/nudge.css";
import "./styles/shell.css";
import { startPage } from "@wardkey/ui";

void startPage(async () => (await import("./app.js")).App);
