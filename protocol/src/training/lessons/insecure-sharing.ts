import type { Lesson } from "../lesson.js";

export const insecureSharing: Lesson = {
  id: "insecure-sharing",
  title: { en: "Sharing without harm", it: "Condividere senza danni", el: "Κοινή χρήση χωρίς ζημιά" },
  cards: [
    {
      picture: "badge",
      title: { en: "A badge signs", it: "Il badge firma", el: "Η κάρτα υπογράφει" },
      says: {
        en: "What your badge opens is written under your name. Lend it, and every order and every look into a record is yours to explain.",
        it: "Ciò che il badge apre è scritto a suo nome. Se lo presta, ogni prescrizione e ogni cartella aperta tocca a lei spiegarla.",
        el: "Ό,τι ανοίγει η κάρτα γράφεται στο όνομά σας. Αν τη δανείσετε, κάθε εντολή και κάθε φάκελο θα τα εξηγείτε εσείς.",
      },
    },
    {
      picture: "code",
      title: {
        en: "The colleague who cannot get in",
        it: "Il collega che non riesce a entrare",
        el: "Ο συνάδελφος που δεν μπορεί να μπει",
      },
      says: {
        en: "The desk gives a code of their own, good once, in a minute. In an emergency two badges or an emergency card open any kiosk.",
        it: "Il banco dà un codice personale, valido una volta, in un minuto. In emergenza, due badge o una tessera di emergenza aprono ogni chiosco.",
        el: "Η γραμματεία δίνει προσωπικό κωδικό μίας χρήσης, σε ένα λεπτό. Σε έκτακτη ανάγκη, δύο κάρτες ή μια κάρτα ανάγκης ανοίγουν κάθε σταθμό.",
      },
    },
    {
      picture: "two-people",
      title: {
        en: "Working together at one screen",
        it: "Lavorare in due a uno schermo",
        el: "Δύο άτομα σε μία οθόνη",
      },
      says: {
        en: "Two may look; one signs. When the other has to write, they tap in: it takes seconds, and each entry has its right name.",
        it: "Si può guardare in due; firma uno. Se deve scrivere l’altro, entra lui: bastano pochi secondi e ogni nota ha il nome giusto.",
        el: "Δύο μπορούν να κοιτούν· ένας υπογράφει. Αν πρέπει να γράψει ο άλλος, μπαίνει ο ίδιος: λίγα δευτερόλεπτα, και κάθε εγγραφή έχει το σωστό όνομα.",
      },
    },
    {
      picture: "phone",
      title: { en: "Pictures and messengers", it: "Foto e messaggi", el: "Φωτογραφίες και μηνύματα" },
      says: {
        en: "A photo of a screen in a private messenger leaves the hospital for good. Use what the hospital gives, also at night.",
        it: "Una foto dello schermo in una chat privata esce dall’ospedale per sempre. Usi gli strumenti dell’ospedale, anche di notte.",
        el: "Μια φωτογραφία της οθόνης σε ιδιωτικά μηνύματα φεύγει από το νοσοκομείο για πάντα. Χρησιμοποιείτε τα εργαλεία του νοσοκομείου, και τη νύχτα.",
      },
    },
  ],
  questions: [
    {
      asks: {
        en: "A locum has no badge yet and must see a result now.",
        it: "Un sostituto non ha ancora il badge e deve vedere subito un esito.",
        el: "Ένας αναπληρωτής δεν έχει κάρτα και πρέπει να δει τώρα ένα αποτέλεσμα.",
      },
      choices: [
        { en: "I lend mine for a minute", it: "Presto il mio un minuto", el: "Δανείζω τη δική μου" },
        { en: "The desk gives a code", it: "Il banco dà un codice", el: "Η γραμματεία δίνει κωδικό" },
        { en: "I unlock and walk off", it: "Sblocco e vado via", el: "Ξεκλειδώνω και φεύγω" },
      ],
      right: 1,
    },
    {
      asks: {
        en: "Your colleague dictates, you are in. Who is in the record?",
        it: "Il collega detta, lei è dentro. Chi risulta nella cartella?",
        el: "Ο συνάδελφος υπαγορεύει, εσείς είστε μέσα. Ποιος φαίνεται στον φάκελο;",
      },
      choices: [
        { en: "My colleague", it: "Il collega", el: "Ο συνάδελφος" },
        { en: "Both of us", it: "Tutti e due", el: "Και οι δύο" },
        { en: "I am", it: "Io", el: "Εγώ" },
      ],
      right: 2,
    },
    {
      asks: {
        en: "A consultant wants a picture of the chart by private messenger.",
        it: "Un consulente vuole una foto del grafico in chat privata.",
        el: "Ένας σύμβουλος θέλει φωτογραφία του διαγράμματος σε ιδιωτικό μήνυμα.",
      },
      choices: [
        {
          en: "I send it through the hospital’s own way",
          it: "La mando con i mezzi dell’ospedale",
          el: "Τη στέλνω με τα μέσα του νοσοκομείου",
        },
        {
          en: "I send it and delete it afterwards",
          it: "La mando e poi la cancello",
          el: "Τη στέλνω και μετά τη σβήνω",
        },
        { en: "I send it without the name", it: "La mando senza il nome", el: "Τη στέλνω χωρίς το όνομα" },
      ],
      right: 0,
    },
  ],
};
