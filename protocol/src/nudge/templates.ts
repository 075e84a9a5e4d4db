import { LESSON_IDS } from "../training/ids.js";
import type { NudgeTemplate } from "./template.js";

/** The offer of a lesson travels as a nudge does; a kiosk shows it as a quiet line instead. */
export const LESSON_OFFER = "lesson-offer";

/** Every sentence that a kiosk may show of its own accord. Whoever changes a word changes its digest: kiosks of another version stay silent. */
export const TEMPLATES: readonly NudgeTemplate[] = [
  {
    id: "phone-goes-along",
    behaviour: "left-unlocked",
    moment: "tap-in",
    mindspace: ["defaults", "salience"],
    comB: ["capability-psychological", "opportunity-physical"],
    picture: "phone-along",
    parameters: {},
    text: {
      en: "Take your phone along when you go: this screen then locks by itself.",
      it: "Porti il telefono con sé quando va via: lo schermo si blocca da solo.",
      el: "Πάρτε το κινητό μαζί σας όταν φεύγετε: η οθόνη κλειδώνει μόνη της.",
    },
  },
  {
    id: "ward-locks",
    behaviour: "left-unlocked",
    moment: "tap-in",
    mindspace: ["norms"],
    comB: ["opportunity-social", "motivation-automatic"],
    picture: "ward",
    parameters: { share: { kind: "integer", min: 5, max: 10 } },
    text: {
      en: "On this ward, {{share}} of 10 screens are locked before anybody else comes by.",
      it: "In questo reparto, {{share}} schermi su 10 vengono bloccati prima che passi qualcun altro.",
      el: "Σε αυτήν την κλινική, {{share}} στις 10 οθόνες κλειδώνουν πριν περάσει άλλος.",
    },
  },
  {
    id: "veil-guards",
    behaviour: "veil-dismissed",
    moment: "tap-out",
    mindspace: ["salience", "affect"],
    comB: ["capability-psychological", "motivation-automatic"],
    picture: "veil",
    parameters: {},
    text: {
      en: "Going away? Let the veil fall: it keeps your patient private, and one step back lifts it.",
      it: "Si allontana? Lasci scendere il velo: protegge il paziente, e un passo indietro lo rialza.",
      el: "Φεύγετε; Αφήστε το πέπλο: προστατεύει τον ασθενή σας, και ένα βήμα πίσω το σηκώνει.",
    },
  },
  {
    id: "veil-is-yours",
    behaviour: "veil-dismissed",
    moment: "tap-in",
    mindspace: ["ego", "salience"],
    comB: ["motivation-reflective"],
    picture: "veil",
    parameters: {},
    text: {
      en: "What is open here is open under your name: touch the veil away only when you stay.",
      it: "Quanto è aperto qui è aperto a suo nome: tolga il velo solo se resta.",
      el: "Ό,τι είναι ανοιχτό εδώ είναι στο όνομά σας: σηκώστε το πέπλο μόνο αν μένετε.",
    },
  },
  {
    id: "badge-is-signature",
    behaviour: "shared-badge",
    moment: "tap-in",
    mindspace: ["ego", "commitments"],
    comB: ["motivation-reflective"],
    picture: "badge",
    parameters: {},
    text: {
      en: "A badge signs for you: what somebody else does with it stands under your name.",
      it: "Il badge firma per lei: ciò che altri fanno con esso resta a suo nome.",
      el: "Η κάρτα υπογράφει για εσάς: ό,τι κάνει άλλος με αυτήν μένει στο όνομά σας.",
    },
  },
  {
    id: "code-instead",
    behaviour: "shared-badge",
    moment: "tap-in",
    mindspace: ["defaults", "messenger"],
    comB: ["opportunity-physical", "capability-psychological"],
    picture: "code",
    parameters: {},
    text: {
      en: "A colleague without a way in gets a code of their own from the desk: no badge need be lent.",
      it: "Un collega senza accesso riceve un codice proprio dal banco: nessun badge va prestato.",
      el: "Συνάδελφος χωρίς πρόσβαση παίρνει δικό του κωδικό από τη γραμματεία: μη δανείζετε κάρτα.",
    },
  },
  {
    id: "say-which-emergency",
    behaviour: "break-glass-no-reason",
    moment: "tap-out",
    mindspace: ["incentives", "salience"],
    comB: ["motivation-reflective", "capability-psychological"],
    picture: "reason",
    parameters: {},
    text: {
      en: "Next time, touch the reason that fits: it spares you the questions afterwards.",
      it: "La prossima volta tocchi il motivo giusto: le risparmia le domande dopo.",
      el: "Την επόμενη φορά επιλέξτε τον σωστό λόγο: γλιτώνετε τις ερωτήσεις μετά.",
    },
  },
  {
    id: "emergencies-are-read",
    behaviour: "break-glass-no-reason",
    moment: "tap-in",
    mindspace: ["messenger", "commitments"],
    comB: ["motivation-reflective"],
    picture: "reason",
    parameters: {},
    text: {
      en: "Somebody reads every emergency: a reason in one touch shows them that it was one.",
      it: "Ogni emergenza viene letta: un motivo, con un tocco, mostra che lo era davvero.",
      el: "Κάποιος διαβάζει κάθε έκτακτη ανάγκη: ένας λόγος, με ένα άγγιγμα, δείχνει ότι ήταν τέτοια.",
    },
  },
  {
    id: LESSON_OFFER,
    behaviour: null,
    moment: "tap-in",
    mindspace: ["commitments"],
    comB: ["capability-psychological", "motivation-reflective"],
    picture: "lesson",
    parameters: { lesson: { kind: "one-of", values: LESSON_IDS } },
    text: {
      en: "A lesson of two minutes is here for you, whenever you like.",
      it: "C’è una lezione di due minuti per lei, quando vuole.",
      el: "Υπάρχει ένα μάθημα δύο λεπτών για εσάς, όποτε θέλετε.",
    },
  },
];
