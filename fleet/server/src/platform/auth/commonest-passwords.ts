/**
 * What people choose first, without case, digits and signs at the ends: a password that is one of these, repeated or
 * dressed up, is refused (NIST SP 800-63B 3.1.1.2).
 */
export const COMMONEST_PASSWORDS: ReadonlySet<string> = new Set(
  `password passwort parola kodikos contrasena motdepasse qwerty qwertyuiop qwertz azerty asdfgh asdfghjkl zxcvbnm
  qazwsx qazwsxedc wsxedc letmein welcome benvenuto kalimera buongiorno admin administrator administratore root toor
  login guest user test tester testing temp temporary changeme changeit default secret segreto master superuser
  supervisor hospital ospedale nosokomeio clinic clinica ward doctor nurse health wardkey security sicurezza monkey
  dragon football baseball basketball soccer hockey superman batman spiderman pokemon starwars princess sunshine
  iloveyou loveyou tiamo sagapo lovely flower summer winter spring autumn estate inverno primavera autunno january
  february march april june july august september october november december monday tuesday wednesday thursday friday
  saturday sunday jesus christ michael jordan jennifer jessica daniel andrew thomas robert charlie maria giuseppe
  francesco alessandro andrea giorgos dimitris eleni juventus milan inter napoli olympiakos panathinaikos liverpool
  chelsea arsenal barcelona realmadrid mustang harley ferrari maserati porsche corvette mercedes shadow hunter ranger
  killer ginger pepper cookie cheese banana orange silver golden diamond computer internet google facebook microsoft
  windows samsung iphone apple whatever trustno nothing freedom forever family friends blessed correcthorsebatterystaple
  correcthorse batterystaple abcdef abcdefgh abcdefghijkl abcabc aaaaaa`.split(/\s+/),
);
