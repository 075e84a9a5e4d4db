import type { Lesson } from "../lesson.js";

export const unlockedWorkstations: Lesson = {
  id: "unlocked-workstations",
  title: {
    en: "Screens that stay open",
    it: "Schermi lasciati aperti",
    el: "Οθόνες που μένουν ανοιχτές",
  },
  cards: [
    {
      picture: "screen-open",
      title: { en: "An open screen speaks", it: "Uno schermo aperto parla", el: "Μια ανοιχτή οθόνη μιλά" },
      says: {
        en: "Whoever passes can read about your patient, and write in your name. Nobody needs to mean harm: a visitor looks, a colleague in a hurry types.",
        it: "Chi passa può leggere del suo paziente e scrivere a suo nome. Non serve cattiveria: un visitatore guarda, un collega di fretta scrive.",
        el: "Όποιος περνά διαβάζει για τον ασθενή σας και γράφει στο όνομά σας. Δεν χρειάζεται κακή πρόθεση: ένας επισκέπτης κοιτά, ένας βιαστικός συνάδελφος γράφει.",
      },
    },
    {
      picture: "walking",
      title: { en: "Walking away locks", it: "Andare via blocca", el: "Η απομάκρυνση κλειδώνει" },
      says: {
        en: "Here a screen locks when you and your phone leave. Nothing to press, nothing to remember: take the phone along, also for two steps.",
        it: "Qui lo schermo si blocca quando lei e il telefono vi allontanate. Niente da premere, niente da ricordare: prenda il telefono, anche per due passi.",
        el: "Εδώ η οθόνη κλειδώνει όταν φεύγετε μαζί με το κινητό. Τίποτα να πατήσετε, τίποτα να θυμάστε: πάρτε το κινητό, ακόμη και για δύο βήματα.",
      },
    },
    {
      picture: "phone",
      title: {
        en: "A phone on the desk keeps it open",
        it: "Il telefono sul banco lo tiene aperto",
        el: "Το κινητό στο γραφείο την κρατά ανοιχτή",
      },
      says: {
        en: "A phone that lies beside the keyboard says that you are still here. The kiosk notices in the end, but later than somebody who passes by.",
        it: "Un telefono accanto alla tastiera dice che lei è ancora qui. Il chiosco se ne accorge, ma più tardi di chi passa.",
        el: "Ένα κινητό δίπλα στο πληκτρολόγιο λέει ότι είστε ακόμη εδώ. Το σύστημα το καταλαβαίνει, αλλά πιο αργά από όποιον περνά.",
      },
    },
    {
      picture: "screen-locked",
      title: { en: "Coming back is quick", it: "Tornare è rapido", el: "Η επιστροφή είναι γρήγορη" },
      says: {
        en: "Step back and look: what was open is open again, as you left it. When you came in with a code or a badge, touch “Lock” as you go.",
        it: "Torni e guardi lo schermo: tutto è come l’ha lasciato. Se è entrato con un codice o un badge, tocchi «Blocca» quando va via.",
        el: "Γυρίστε και κοιτάξτε: όλα είναι όπως τα αφήσατε. Αν μπήκατε με κωδικό ή κάρτα, πατήστε «Κλείδωμα» όταν φεύγετε.",
      },
    },
  ],
  questions: [
    {
      asks: {
        en: "You fetch a form from the printer, six steps away. What do you do?",
        it: "Va a prendere un modulo alla stampante, a sei passi. Che cosa fa?",
        el: "Πάτε στον εκτυπωτή, έξι βήματα μακριά. Τι κάνετε;",
      },
      choices: [
        { en: "Take the phone along", it: "Prende il telefono con sé", el: "Παίρνω το κινητό μαζί" },
        {
          en: "Leave the phone, it is quick",
          it: "Lascia il telefono, è un attimo",
          el: "Αφήνω το κινητό, είναι γρήγορο",
        },
        {
          en: "Ask a patient to watch it",
          it: "Chiede a un paziente di badarci",
          el: "Ζητώ από έναν ασθενή να προσέχει",
        },
      ],
      right: 0,
    },
    {
      asks: {
        en: "You came in with a code, without your phone. Who locks?",
        it: "È entrato con un codice, senza telefono. Chi blocca?",
        el: "Μπήκατε με κωδικό, χωρίς κινητό. Ποιος κλειδώνει;",
      },
      choices: [
        { en: "The kiosk, at once when I go", it: "Il chiosco, appena vado via", el: "Το σύστημα, μόλις φύγω" },
        { en: "I do, with one touch", it: "Io, con un tocco", el: "Εγώ, με ένα άγγιγμα" },
        { en: "Nobody has to", it: "Nessuno deve farlo", el: "Δεν χρειάζεται κανείς" },
      ],
      right: 1,
    },
    {
      asks: {
        en: "You find a colleague’s screen open and nobody there.",
        it: "Trova aperto lo schermo di un collega e nessuno vicino.",
        el: "Βρίσκετε ανοιχτή την οθόνη συναδέλφου και κανέναν εκεί.",
      },
      choices: [
        {
          en: "Use it quickly for my own entry",
          it: "La uso un attimo per una mia nota",
          el: "Γράφω γρήγορα κάτι δικό μου",
        },
        { en: "Leave it as it is", it: "La lascio così", el: "Την αφήνω όπως είναι" },
        {
          en: "Lock it, and tell them kindly",
          it: "La blocco e lo dico con garbo",
          el: "Την κλειδώνω και το λέω ευγενικά",
        },
      ],
      right: 2,
    },
  ],
};
