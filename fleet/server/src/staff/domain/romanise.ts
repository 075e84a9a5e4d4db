/**
 * Names of other scripts in plain Latin letters, for ids and for search: Greek after ISO 843 (ELOT 743), Cyrillic,
 * Georgian, Armenian, Hebrew, Arabic, kana and hangul by the usual tables, simplified to what one types. It is for
 * recognising, never for printing a name.
 */
const pairs = (text: string): [string, string][] =>
  text
    .trim()
    .split(/\s+/)
    .map((pair) => {
      const [from = "", to = ""] = pair.split("=");
      return [from, to];
    });

const GREEK_PAIRS = new Map(
  pairs("ου=ou αυ=av ευ=ev ηυ=iv γγ=ng γκ=gk γξ=nx γχ=nch μπ=b ντ=nt αι=ai ει=ei οι=oi υι=yi"),
);

const LETTERS = new Map([
  ...pairs("α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o"),
  ...pairs("а=a б=b в=v г=g ґ=g д=d ђ=dj е=e є=ye ж=zh з=z ѕ=dz и=i і=i ј=j к=k л=l љ=lj м=m н=n њ=nj о=o п=p"),
  ...pairs("р=r с=s т=t ћ=c у=u ф=f х=kh ц=ts ч=ch џ=dz ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya ѓ=gj ќ=kj"),
  ...pairs("ა=a ბ=b გ=g დ=d ე=e ვ=v ზ=z თ=t ი=i კ=k ლ=l მ=m ნ=n ო=o პ=p ჟ=zh რ=r ს=s ტ=t უ=u ფ=p ქ=k ღ=gh ყ=q"),
  ...pairs("შ=sh ჩ=ch ც=ts ძ=dz წ=ts ჭ=ch ხ=kh ჯ=j ჰ=h"),
  ...pairs("ա=a բ=b գ=g դ=d ե=e զ=z է=e ը=e թ=t ժ=zh ի=i լ=l խ=kh ծ=ts կ=k հ=h ձ=dz ղ=gh ճ=ch մ=m յ=y ն=n շ=sh ո=o"),
  ...pairs("չ=ch պ=p ջ=j ռ=r ս=s վ=v տ=t ր=r ց=ts ւ=v փ=p ք=k օ=o ֆ=f և=ev"),
  ...pairs("א=a ב=b ג=g ד=d ה=h ו=v ז=z ח=h ט=t י=y כ=k ך=k ל=l מ=m ם=m נ=n ן=n ס=s ע=a פ=p ף=p צ=ts ץ=ts ק=k ר=r"),
  ...pairs("ש=sh ת=t"),
  ...pairs("ا=a أ=a إ=i آ=a ب=b ت=t ث=th ج=j ح=h خ=kh د=d ذ=dh ر=r ز=z س=s ش=sh ص=s ض=d ط=t ظ=z ع=a غ=gh ف=f ق=q"),
  ...pairs("ك=k ک=k ل=l م=m ن=n ه=h و=w ي=y ی=y ى=a ة=a ء= ئ=y ؤ=w پ=p چ=ch ژ=zh گ=g"),
  ...pairs(
    "あ=a い=i う=u え=e お=o か=ka き=ki く=ku け=ke こ=ko さ=sa し=shi す=su せ=se そ=so た=ta ち=chi つ=tsu て=te",
  ),
  ...pairs(
    "と=to な=na に=ni ぬ=nu ね=ne の=no は=ha ひ=hi ふ=fu へ=he ほ=ho ま=ma み=mi む=mu め=me も=mo や=ya ゆ=yu",
  ),
  ...pairs("が=ga ぎ=gi ぐ=gu げ=ge ご=go ざ=za じ=ji ず=zu ぜ=ze ぞ=zo だ=da ぢ=ji づ=zu で=de ど=do ば=ba び=bi"),
  ...pairs("ぶ=bu べ=be ぼ=bo ぱ=pa ぴ=pi ぷ=pu ぺ=pe ぽ=po"),
  ...pairs("よ=yo ら=ra り=ri る=ru れ=re ろ=ro わ=wa を=o ん=n ゃ=ya ゅ=yu ょ=yo っ= ー="),
  ...pairs("ß=ss æ=ae œ=oe ø=o đ=d ð=d þ=th ł=l ħ=h ı=i ŋ=n ŧ=t ĸ=k ə=e"),
]);

const HANGUL_FIRST = 0xac00;
const HANGUL_LAST = 0xd7a3;
const HANGUL_LEADS = "g kk n d tt r m b pp s ss - j jj ch k t p h".split(" ");
const HANGUL_VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split(" ");
const HANGUL_TAILS = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split(" ");

function hangul(code: number): string {
  const at = code - HANGUL_FIRST;
  const parts = [HANGUL_LEADS[Math.floor(at / 588)], HANGUL_VOWELS[Math.floor((at % 588) / 28)], HANGUL_TAILS[at % 28]];
  return parts.filter((part) => part !== "-").join("");
}

const KATAKANA_TO_HIRAGANA = 0x60;
const KANA_FIRST = 0x3041;
const KANA_LAST = 0x30ff;
const isKatakana = (code: number): boolean => code >= 0x30a1 && code <= 0x30f6;

/** Lower-case; what has no Latin reading here (Han characters, punctuation) stays as it is. */
export function romanise(name: string): string {
  // Hangul and kana are read composed, everything else without its marks.
  const plain = [...name.normalize("NFKC").toLowerCase()]
    .map((letter) => {
      const code = letter.codePointAt(0) ?? 0;
      if (code >= HANGUL_FIRST && code <= HANGUL_LAST) return hangul(code);
      if (code >= KANA_FIRST && code <= KANA_LAST) return letter;
      return letter.normalize("NFKD").replace(/\p{Mn}/gu, "");
    })
    .join("");
  let read = "";
  const letters = [...plain];
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at] ?? "";
    const pair = GREEK_PAIRS.get(letter + (letters[at + 1] ?? ""));
    if (pair !== undefined) {
      read += pair;
      at += 1;
      continue;
    }
    const code = letter.codePointAt(0) ?? 0;
    const known = LETTERS.get(isKatakana(code) ? String.fromCodePoint(code - KATAKANA_TO_HIRAGANA) : letter);
    read += known ?? letter;
  }
  return read;
}

/** How a name is compared and searched: romanised, its words parted by one space, everything else left out. */
export const foldName = (name: string): string =>
  romanise(name)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
