import type { Lesson } from "../lesson.js";

export const passwords: Lesson = {
  id: "passwords",
  title: { en: "Passwords worth having", it: "Password che valgono", el: "Κωδικοί που αξίζουν" },
  cards: [
    {
      picture: "words",
      title: { en: "Long beats clever", it: "Lunga batte furba", el: "Το μήκος νικά την εξυπνάδα" },
      says: {
        en: "Four or five words that do not belong together are quick to type and slow to guess. A capital, a digit and a sign at the end are what everybody tries first.",
        it: "Quattro o cinque parole senza legame si scrivono in fretta e si indovinano a fatica. Maiuscola, cifra e segno in fondo sono la prima cosa che tutti provano.",
        el: "Τέσσερις ή πέντε άσχετες λέξεις γράφονται γρήγορα και μαντεύονται δύσκολα. Κεφαλαίο, ψηφίο και σημείο στο τέλος είναι ό,τι δοκιμάζουν πρώτα.",
      },
    },
    {
      picture: "key",
      title: { en: "One door, one key", it: "Una porta, una chiave", el: "Μια πόρτα, ένα κλειδί" },
      says: {
        en: "A password that opens two places is as safe as the weaker of them. What leaks from a shop is tried at hospitals the same night.",
        it: "Una password per due posti vale quanto il più debole. Ciò che trapela da un negozio viene provato negli ospedali la stessa notte.",
        el: "Κωδικός για δύο μέρη αξίζει όσο το πιο αδύναμο. Ό,τι διαρρέει από ένα κατάστημα δοκιμάζεται σε νοσοκομεία την ίδια νύχτα.",
      },
    },
    {
      picture: "note",
      title: { en: "Not on the screen’s edge", it: "Non sul bordo dello schermo", el: "Όχι στην άκρη της οθόνης" },
      says: {
        en: "A note under the keyboard is the first place where anybody looks. A password manager remembers for you, and notices false pages.",
        it: "Il biglietto sotto la tastiera è il primo posto dove si guarda. Un gestore di password ricorda per lei e riconosce le pagine false.",
        el: "Το χαρτάκι κάτω από το πληκτρολόγιο είναι το πρώτο μέρος που κοιτά κανείς. Ένας διαχειριστής κωδικών θυμάται για εσάς και αναγνωρίζει ψεύτικες σελίδες.",
      },
    },
    {
      picture: "phone",
      title: { en: "Nobody here asks for it", it: "Qui nessuno la chiede", el: "Κανείς εδώ δεν τον ζητά" },
      says: {
        en: "Neither the help desk nor a chief needs your password or your PIN. Whoever asks, in whatever hurry: say no, and call back on a number that you know.",
        it: "Né l’assistenza né un primario ha bisogno della sua password o del PIN. A chi la chiede, per quanta fretta abbia: dica di no e richiami a un numero che conosce.",
        el: "Ούτε η τεχνική υποστήριξη ούτε ο διευθυντής χρειάζονται τον κωδικό ή το PIN σας. Σε όποιον ρωτά, όσο κι αν βιάζεται: πείτε όχι και καλέστε σε αριθμό που ξέρετε.",
      },
    },
  ],
  questions: [
    {
      asks: {
        en: "Which is hardest to guess?",
        it: "Quale è la più difficile da indovinare?",
        el: "Ποιος μαντεύεται δυσκολότερα;",
      },
      choices: [
        { en: "Summer2026!", it: "Estate2026!", el: "Kalokairi2026!" },
        { en: "lantern otter violin gravel", it: "lanterna lontra violino ghiaia", el: "φανάρι βίδρα βιολί χαλίκι" },
        { en: "P@ssw0rd", it: "P@ssw0rd", el: "P@ssw0rd" },
      ],
      right: 1,
    },
    {
      asks: {
        en: "Somebody from IT calls and needs your password to save your files.",
        it: "Chiamano dall’informatica: serve la sua password per salvare i file.",
        el: "Καλούν από το μηχανογραφικό: χρειάζονται τον κωδικό για να σώσουν τα αρχεία.",
      },
      choices: [
        { en: "I give it and change it later", it: "La do e poi la cambio", el: "Τον δίνω και μετά τον αλλάζω" },
        { en: "I give half of it", it: "Ne do metà", el: "Δίνω τον μισό" },
        {
          en: "I say no, and call the desk myself",
          it: "Dico di no e chiamo io l’assistenza",
          el: "Λέω όχι και καλώ εγώ την υποστήριξη",
        },
      ],
      right: 2,
    },
    {
      asks: {
        en: "Your password of a web shop was leaked. What about the one here?",
        it: "La password di un negozio in rete è trapelata. E quella di qui?",
        el: "Διέρρευσε ο κωδικός σας από ένα κατάστημα. Και ο εδώ κωδικός;",
      },
      choices: [
        { en: "Safe: it was another one", it: "È salva: era un’altra", el: "Ασφαλής: ήταν άλλος" },
        {
          en: "Safe, although it was the same",
          it: "È salva, anche se era la stessa",
          el: "Ασφαλής, αν και ήταν ο ίδιος",
        },
        { en: "A digit more makes it safe", it: "Basta una cifra in più", el: "Αρκεί ένα ψηφίο ακόμη" },
      ],
      right: 0,
    },
  ],
};
