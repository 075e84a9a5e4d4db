import type { Lesson } from "../lesson.js";

export const usb: Lesson = {
  id: "usb",
  title: { en: "Sticks and cables", it: "Chiavette e cavi", el: "Στικάκια και καλώδια" },
  cards: [
    {
      picture: "found-usb",
      title: { en: "A stick that was found", it: "Una chiavetta trovata", el: "Ένα στικάκι που βρέθηκε" },
      says: {
        en: "Sticks are left in car parks and corridors on purpose. Plugged in, one can type faster than you read. Hand it in, unopened.",
        it: "Le chiavette vengono lasciate apposta nei parcheggi e nei corridoi. Inserita, può scrivere più in fretta di quanto lei legga. La consegni, senza aprirla.",
        el: "Στικάκια αφήνονται επίτηδες σε πάρκινγκ και διαδρόμους. Μόλις μπει, γράφει πιο γρήγορα απ’ όσο διαβάζετε. Παραδώστε το, χωρίς να το ανοίξετε.",
      },
    },
    {
      picture: "usb",
      title: { en: "It need not be a stick", it: "Non è sempre una chiavetta", el: "Δεν είναι πάντα στικάκι" },
      says: {
        en: "A cable, a fan, a charging phone: whatever fits the port can be a keyboard. Charge at the wall, never at a kiosk or a device.",
        it: "Un cavo, un ventilatore, un telefono in carica: tutto ciò che entra nella porta può essere una tastiera. Carichi alla presa, mai a un chiosco o a un apparecchio.",
        el: "Καλώδιο, ανεμιστήρας, κινητό που φορτίζει: ό,τι μπαίνει στη θύρα μπορεί να είναι πληκτρολόγιο. Φορτίζετε στην πρίζα, ποτέ σε σταθμό ή μηχάνημα.",
      },
    },
    {
      picture: "desk",
      title: { en: "A patient brings pictures", it: "Un paziente porta immagini", el: "Ασθενής φέρνει εικόνες" },
      says: {
        en: "Discs and sticks of patients go to the import desk, where a machine apart from all others reads them. It takes minutes, and no ward stands still.",
        it: "Dischi e chiavette dei pazienti vanno al banco di importazione, dove li legge una macchina separata. Bastano minuti, e nessun reparto si ferma.",
        el: "Δίσκοι και στικάκια ασθενών πάνε στο γραφείο εισαγωγής, όπου τα διαβάζει ξεχωριστό μηχάνημα. Λίγα λεπτά, και καμία κλινική δεν σταματά.",
      },
    },
    {
      picture: "phone",
      title: { en: "If it happened", it: "Se è successo", el: "Αν συνέβη" },
      says: {
        en: "Call IT at once and leave everything as it is. Nobody is blamed for a call; the first ten minutes save the most.",
        it: "Chiami subito l’informatica e lasci tutto com’è. Nessuno viene rimproverato per una chiamata; i primi dieci minuti salvano di più.",
        el: "Καλέστε αμέσως το μηχανογραφικό και αφήστε τα όλα όπως είναι. Κανείς δεν κατηγορείται για μια κλήση· τα πρώτα δέκα λεπτά σώζουν τα περισσότερα.",
      },
    },
  ],
  questions: [
    {
      asks: {
        en: "A stick labelled “Salaries” lies in the lift.",
        it: "Nell’ascensore c’è una chiavetta con scritto «Stipendi».",
        el: "Στο ασανσέρ υπάρχει στικάκι με ετικέτα «Μισθοί».",
      },
      choices: [
        { en: "I look whose it is", it: "Guardo di chi è", el: "Κοιτάζω τίνος είναι" },
        { en: "I look on my own computer", it: "Guardo sul mio computer", el: "Το ανοίγω στον δικό μου υπολογιστή" },
        { en: "I hand it in unopened", it: "La consegno senza aprirla", el: "Το παραδίδω κλειστό" },
      ],
      right: 2,
    },
    {
      asks: {
        en: "Your phone is empty, the infusion pump has a port.",
        it: "Il telefono è scarico, la pompa a infusione ha una porta.",
        el: "Το κινητό έμεινε, η αντλία έγχυσης έχει θύρα.",
      },
      choices: [
        { en: "I charge at the wall", it: "Carico alla presa", el: "Φορτίζω στην πρίζα" },
        { en: "The pump, it only gives power", it: "La pompa, dà solo corrente", el: "Στην αντλία, δίνει μόνο ρεύμα" },
        { en: "The kiosk, it is locked", it: "Il chiosco, è bloccato", el: "Στον σταθμό, είναι κλειδωμένος" },
      ],
      right: 0,
    },
    {
      asks: {
        en: "You plugged one in, and a window flashed up.",
        it: "Ne ha inserita una, ed è apparsa una finestra.",
        el: "Βάλατε ένα, και εμφανίστηκε ένα παράθυρο.",
      },
      choices: [
        { en: "I pull it out and say nothing", it: "La tolgo e non dico niente", el: "Το βγάζω και δεν λέω τίποτα" },
        { en: "I call IT at once", it: "Chiamo subito l’informatica", el: "Καλώ αμέσως το μηχανογραφικό" },
        { en: "I restart the computer", it: "Riavvio il computer", el: "Κάνω επανεκκίνηση" },
      ],
      right: 1,
    },
  ],
};
