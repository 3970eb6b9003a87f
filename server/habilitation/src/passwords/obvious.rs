//! Detects passwords that other people would think of. `zxcvbn` knows breach lists and the habits behind them (dates, keyboards,
//! letters as digits), in English; the French words and keyboards are given to it here.

use std::sync::LazyLock;

use domain::text::{fold, unaccented};
use zxcvbn::{Score, zxcvbn};

/// Rows and columns of the French keyboard, then words of French passwords, of offices and of what this site is about.
const FRENCH: &str = "azerty azertyuiop azertyuiopqsdfghjklm qsdfghjklm wxcvbn wxcvbnazerty azeqsd azeqsdwxc qsdfgh poiuytreza mlkjhgfdsq aqwzsxedc \
    aqwzsx 1a2z3e4r 1a2z3e4r5t azer azert qsdf wxcv motdepasse mdp passe secret changezmoi changeme bonjour bonsoir salut soleil \
    doudou loulou chouchou cheval chien chaton minou nounours princesse chocolat papillon amour jetaime monamour mamour cherie cheri coucou \
    vacances liberte egalite fraternite france francais marianne republique gouvernement ministere prefecture prefet mairie maire commune ville \
    metropole departement region agglomeration intercommunalite communaute collectivite administration administrateur administratif service \
    services public publique publics portail famille familles enfance ecole college lycee crous caf cnaf impots numerique informatique \
    technique responsable utilisateur compte connexion entree acces identifiant habilitation habilis datapass demande partenaire particulier \
    entreprise demonstration demo test essai bienvenue invite directeur directrice secretaire agent citoyen usager accueil bureau travail \
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi samedi dimanche \
    printemps ete automne hiver football rugby marseille paris lyon toulouse nice nantes montpellier strasbourg bordeaux lille rennes reims \
    toulon grenoble dijon angers nimes clermont lemans brest tours limoges amiens metz perpignan besancon orleans rouen mulhouse caen nancy \
    bretagne normandie provence alsace corse aquitaine occitanie bourgogne auvergne picardie lorraine champagne savoie vendee guadeloupe \
    martinique guyane reunion mayotte nicolas thomas camille julien mathieu antoine alexandre maxime pierre isabelle nathalie sandrine \
    stephanie celine aurelie valerie virginie sophie laurent philippe christophe sebastien frederic guillaume jeanne marie julie emma lea";

/// Common phrases in one word: a well-known phrase is guessed as easily as a word.
const SET_PHRASES: &str = "vivelafrance vivelaliberte vivelaretraite vivelesvacances vivelavie vivelamarie jetaime jetadore jetaimeplusquetout jetaimepourlavie \
    jevousaime jesuisunestar motdepasse monmotdepasse lemotdepasse nouveaumotdepasse motdepasseoublie libertegalitefraternite \
    liberteegalitefraternite allezlesbleus allezlom allezparis ledebutdelafin cestlavie labelleetlabete labelleetleclochard lavieestbelle \
    labelleaubois ilfaitbeau ilfaitchaud toutvabien touslesjours touspourun unpourtous carpediem bonneannee joyeuxnoel joyeuxanniversaire \
    bonanniversaire bonjourtoutlemonde boncourage bonnejournee bonnesvacances bonweekend bonappetit pointfinal quatorzejuillet premiermai \
    lepetitprince lesmiserables ilavaitunefois iletaitunefois lapetitemaison lamaisonbleue tourdefrance tourteiffel \
    servicepublic serviceinformatique collectiviteterritoriale franceconnect apiparticulier iloveyou letmein helloworld \
    correcthorsebatterystaple loremipsumdolorsitamet loremipsumdolor loremipsum consecteturadipiscingelit maitrecorbeausurunarbreperche \
    laguerredesetoiles starwars harrypotter leseigneurdesanneaux lordoftherings gameofthrones lagrandevadrouille bienvenuechezleschtis \
    lefabuleuxdestindameliepoulain ameliepoulain intouchables lecinquiemeelement lepetitnicolas ledinerdecons lesvisiteurs lesbronzes \
    leperenoelestuneordure asterixetobelix tintinetmilou leroilion lareinedesneiges retourverslefutur jurassicpark jamesbond indianajones \
    piratesdescaraibes legrandbleu lahaine lalaland lecomtedemontecristo lestroismousquetaires vingtmillelieuessouslesmers \
    coupedumonde championsdumonde jeuxolympiques paris2024 quelapaixsoitavecvous quelaforcesoitavectoi";

/// Calendar words, which are looked for beside words of any other list too: « confinement mars 2020 ».
const CALENDAR: &str = "lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre \
    printemps ete automne hiver jour semaine mois annee noel paques bonne joyeux heureux anniversaire \
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november \
    december spring summer autumn winter";

/// Short well-known lists: a password made only of words of one list is obvious, however many there are and whatever digits are
/// added.
const KINDS: [(&str, &str); 10] = [
    (
        "numbers",
        "zero un une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante cinquante \
        soixante cent mille million milliard premier second deuxieme troisieme zero one two three four five six seven eight nine ten eleven \
        twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty hundred thousand first third",
    ),
    (
        "colours",
        "rouge vert bleu jaune noir blanc blanche rose violet violette orange marron gris beige turquoise couleur arc ciel \
        red green blue yellow black white pink purple brown grey gray color",
    ),
    ("calendar", CALENDAR),
    (
        "the Republic",
        "marianne liberte egalite fraternite republique francais francaise france vive nation patrie marseillaise tricolore drapeau elysee laicite \
        coq gaulois hexagone bastille president allons enfants citoyen etat",
    ),
    (
        "clubs",
        "paris saint germain psg olympique marseille lyon lyonnais om ol stade rennais toulousain brestois reims racing club lens strasbourg fc rc \
        monaco nantes etienne asse losc lille girondins bordeaux montpellier nice toulouse real madrid barcelone barca manchester united \
        city liverpool chelsea arsenal juventus bayern munich allez ici est foot football rugby bleus champion equipe",
    ),
    (
        "cities",
        "paris marseille lyon toulouse nice nantes montpellier strasbourg bordeaux lille rennes reims toulon grenoble dijon angers nimes clermont \
        ferrand mans brest tours limoges amiens metz perpignan besancon orleans rouen mulhouse caen nancy saint denis etienne havre",
    ),
    (
        "first names",
        "nicolas thomas camille julien mathieu antoine alexandre maxime pierre isabelle nathalie sandrine stephanie celine aurelie valerie \
        virginie sophie laurent philippe christophe sebastien frederic guillaume jeanne marie julie emma lea lucas hugo louis gabriel jules adam \
        arthur chloe manon ines jade louise alice anne paul jacques jean michel claire",
    ),
    (
        "what happened",
        "covid coronavirus corona virus confinement deconfinement pandemie epidemie vaccin masque quarantaine gestes barriere teletravail \
        gilets jaunes jo jeux olympiques coupe monde euro mondial election",
    ),
    (
        "streets",
        "rue avenue boulevard place chemin allee impasse route quai square cours mairie eglise ecole gare republique general gaulle charles victor \
        hugo jean jaures louis pasteur leon gambetta jules ferry marechal foch leclerc moulin liberation paix verdun pre champs elysees france",
    ),
    (
        "this site",
        "habilis habilitation habilitations connect france api particulier portail service public gouvernement demande datapass demonstration demo test \
        compte mot passe mdp acces connexion bac sable administration admin",
    ),
];

/// Words that may stand between two of them.
const LINKS: [&str; 24] = [
    "de", "du", "des", "d", "la", "le", "les", "l", "et", "en", "au", "aux", "a", "c", "j", "mon", "ma", "mes", "sur", "sous", "saint", "the", "of",
    "and",
];

/// What comes before a name: « CommuneDeClamart », « 1 rue des Lilas ».
const BEFORE_A_NAME: [&str; 24] = [
    "mairie",
    "commune",
    "ville",
    "village",
    "departement",
    "region",
    "metropole",
    "agglomeration",
    "communaute",
    "prefecture",
    "canton",
    "ministere",
    "hotel",
    "rue",
    "avenue",
    "boulevard",
    "place",
    "chemin",
    "allee",
    "impasse",
    "route",
    "quai",
    "square",
    "cours",
];

/// Maximum number of digits and signs around words of one list: « -2026! ».
const MAX_AROUND: usize = 10;

static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| SET_PHRASES.split_whitespace().chain(FRENCH.split_whitespace()).collect());

/// Rows from left to right, without and with the shift key. Keys stand under one another, half a key apart.
const AZERTY: [&str; 8] =
    ["&é\"'(-è_çà)=", "1234567890°+", "azertyuiop^$", "AZERTYUIOP¨£", "qsdfghjklmù*", "QSDFGHJKLM%µ", "wxcvbn,;:!", "WXCVBN?./§"];
const QWERTY: [&str; 8] = ["1234567890-=", "!@#$%^&*()_+", "qwertyuiop[]", "QWERTYUIOP{}", "asdfghjkl;'", "ASDFGHJKL:\"", "zxcvbnm,./", "ZXCVBNM<>?"];

/// Maximum number of letters of one word; « Issy-les-Moulineaux » is three words.
const ONE_WORD: usize = 14;
/// How longer words end: « anticonstitutionnellement ». Several words written as one seldom do.
const LONG_ENDS: [&str; 22] = [
    "ment", "ments", "tion", "tions", "sion", "sions", "isme", "ismes", "iste", "istes", "ite", "ites", "ique", "iques", "able", "ables", "elle",
    "elles", "ance", "ence", "logie", "aient",
];

/// `about`: what people know of the account.
pub(super) fn is_obvious(password: &str, about: &[&str]) -> bool {
    let known: Vec<String> = about.iter().flat_map(|text| pieces(text)).collect();
    let inputs: Vec<&str> = known.iter().map(String::as_str).chain(WORDS.iter().copied()).collect();
    // The lists have no accents, and write « mot de passe » as one word. Separators count as words and raise the estimate.
    let plain = unaccented(password);
    let joined: String = plain.chars().filter(|c| !matches!(c, ' ' | '-' | '_' | '.' | '\'' | '’')).collect();
    let score = |text: &str| zxcvbn(text, &inputs).score();
    // Known words raise the estimate as unknown ones do: those that anybody would try first are removed, and the rest must be strong
    // enough by itself.
    let free: Vec<&str> = known.iter().map(String::as_str).chain(SET_PHRASES.split_whitespace()).collect();
    let weak = |text: &str| {
        let rest = without_walks(&without(text, &free));
        rest != text && score(&rest) < Score::Three
    };
    is_one_word_dressed(password)
        || is_number(password)
        || is_stuttered(&joined)
        || is_of_one_kind(&plain, &known)
        || is_a_name_announced(&plain)
        || score(password) < Score::Four
        || score(&plain) < Score::Four
        || score(&joined) < Score::Three
        || [password, &plain, &joined].into_iter().any(weak)
}

/// The words of two letters or more, the whole text as one word, and what stands before the @ as one word.
fn pieces(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut all: Vec<String> = folded.split(' ').map(str::to_owned).collect();
    all.extend(text.split('@').map(|part| fold(part).replace(' ', "")));
    all.push(folded.replace(' ', ""));
    all.retain(|word| word.chars().count() >= 2);
    all.sort_by_key(|word| std::cmp::Reverse(word.len()));
    all
}

/// Removes these words from the text, in any case, and also with digits in place of letters.
fn without(text: &str, words: &[&str]) -> String {
    let letters: Vec<char> = text.chars().collect();
    let read: Vec<char> = letters.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect();
    let mut gone = vec![false; letters.len()];
    for word in words {
        let word: Vec<char> = word.chars().collect();
        for start in 0..=read.len().saturating_sub(word.len()) {
            let found = read[start..].iter().zip(&word).filter(|(typed, letter)| typed == letter || stands_for(**typed, **letter)).count();
            if found == word.len() && !gone[start..start + word.len()].contains(&true) {
                gone[start..start + word.len()].fill(true);
            }
        }
    }
    letters.iter().zip(gone).filter(|(_, gone)| !gone).map(|(c, _)| *c).collect()
}

fn stands_for(typed: char, letter: char) -> bool {
    matches!((typed, letter), ('0', 'o') | ('1', 'i' | 'l') | ('3', 'e') | ('4' | '@', 'a') | ('5' | '$', 's') | ('7', 't') | ('!', 'i'))
}

/// Removes runs of three keys or more in a straight line on a keyboard: part of a row or of a column.
fn without_walks(text: &str) -> String {
    [AZERTY, QWERTY].iter().fold(text.to_owned(), |text, keyboard| {
        let mut kept = String::new();
        let mut walk: Vec<char> = Vec::new();
        let mut direction = None;
        for c in text.chars() {
            let next = walk.last().and_then(|last| step(keyboard, *last, c));
            if next.is_none() || direction.is_some() && direction != next {
                put_down(&mut walk, &mut kept);
                direction = None;
            } else {
                direction = next;
            }
            walk.push(c);
        }
        put_down(&mut walk, &mut kept);
        kept
    })
}

fn put_down(walk: &mut Vec<char>, kept: &mut String) {
    if walk.len() < 3 {
        kept.extend(walk.iter());
    }
    walk.clear();
}

/// From a key to the one beside it or above it: rows and columns.
fn step(keyboard: &[&str; 8], one: char, other: char) -> Option<(isize, isize)> {
    let place = |c: char| {
        let found = keyboard.iter().enumerate().find_map(|(row, keys)| Some((row / 2, keys.chars().position(|key| key == c)?)));
        found.map(|(row, column)| (row.cast_signed(), column.cast_signed()))
    };
    let ((row, column), (other_row, other_column)) = (place(one)?, place(other)?);
    let step = (other_row - row, other_column - column);
    matches!(step, (0, 1 | -1) | (1 | -1, 0)).then_some(step)
}

/// Fewer than twenty digits: dates and telephone numbers, since nobody remembers as many digits drawn at random.
fn is_number(password: &str) -> bool {
    password.chars().all(|c| c.is_ascii_digit() || " /.-_:+".contains(c)) && password.chars().filter(char::is_ascii_digit).count() < 20
}

/// One word with digits or signs around it (« Clamart2026!! », « !!marie92140 »): whoever knows the word has a few thousand endings
/// to try.
fn is_one_word_dressed(password: &str) -> bool {
    let core = password.trim_matches(|c: char| !c.is_alphabetic());
    let (letters, around) = (core.chars().count(), password.chars().count() - core.chars().count());
    let one = core.chars().all(char::is_alphabetic);
    let usual = core.chars().skip(1).all(char::is_lowercase) || core.chars().all(char::is_uppercase);
    let lower = unaccented(&core.to_lowercase());
    let word = letters <= ONE_WORD || letters <= 2 * ONE_WORD && LONG_ENDS.iter().any(|end| lower.ends_with(end));
    one && usual && word && around <= 8
}

/// « toto tata titi tutu », « aaaa bbbb cccc »: nothing but pieces said twice or more.
fn is_stuttered(text: &str) -> bool {
    let read: Vec<char> = text.to_lowercase().chars().collect();
    let (mut place, mut alone) = (0, 0);
    while place < read.len() {
        let said = (1..=4).find_map(|size| {
            let piece = read.get(place..place + size)?;
            let times = read[place..].chunks(size).take_while(|next| *next == piece).count();
            (times * size >= 3 && times > 1).then_some(times * size)
        });
        place += said.unwrap_or(1);
        alone += usize::from(said.is_none());
    }
    alone <= 2
}

/// Nothing but words of one list, of the calendar and about the person, and the links that join them.
fn is_of_one_kind(plain: &str, known: &[String]) -> bool {
    let lower = plain.to_lowercase();
    // Digits dropped, or read as the letters they look like.
    let letters: String = lower.chars().filter(|c| c.is_alphabetic()).collect();
    let around = lower.chars().filter(|c| !c.is_alphabetic() && !c.is_whitespace()).count();
    let read: String = lower.chars().map(as_a_letter).filter(|c| c.is_alphabetic()).collect();
    around <= MAX_AROUND
        && KINDS.iter().any(|(_, kind)| {
            let words: Vec<&str> = kind.split_whitespace().chain(CALENDAR.split_whitespace()).chain(known.iter().map(String::as_str)).collect();
            [&letters, &read].into_iter().any(|text| is_made_of(text.as_bytes(), &words))
        })
}

fn as_a_letter(c: char) -> char {
    ['o', 'i', 'e', 'a', 's', 't'].into_iter().find(|letter| stands_for(c, *letter)).unwrap_or(c)
}

/// Whether the text is made only of these words, in the feminine or the plural too, and of links.
fn is_made_of(text: &[u8], words: &[&str]) -> bool {
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for place in 0..text.len() {
        if !reached[place] {
            continue;
        }
        let rest = &text[place..];
        for word in words.iter().filter(|word| !word.is_empty() && rest.starts_with(word.as_bytes())) {
            for end in ["", "e", "s", "es"].into_iter().filter(|end| rest[word.len()..].starts_with(end.as_bytes())) {
                reached[place + word.len() + end.len()] = true;
            }
        }
        for link in LINKS.iter().filter(|link| rest.starts_with(link.as_bytes())) {
            reached[place + link.len()] = true;
        }
    }
    !text.is_empty() && reached[text.len()]
}

/// One name after a word that announces it, such as a town hall or a street.
fn is_a_name_announced(plain: &str) -> bool {
    let mut read = String::new();
    let mut before = ' ';
    for c in plain.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            read.push(' ');
        }
        before = c;
        let kept = if c.is_alphabetic() || c == '-' { c } else { ' ' };
        read.extend(kept.to_lowercase());
    }
    let around = plain.chars().filter(|c| !c.is_alphabetic() && !c.is_whitespace()).count();
    let between = [' ', '-'];
    let read = read.trim_matches(between);
    // The end of a street number: « 27 bis ».
    let read = read.strip_prefix("bis ").or_else(|| read.strip_prefix("ter ")).unwrap_or(read);
    let Some(mut name) = BEFORE_A_NAME.iter().find_map(|word| read.strip_prefix(word)) else { return false };
    let in_one_word = !name.contains(between);
    while let Some(rest) = LINKS.iter().find_map(|link| {
        let rest = name.trim_start_matches(between).strip_prefix(link)?;
        (in_one_word || rest.starts_with(between)).then_some(rest)
    }) {
        name = rest;
    }
    let name = name.trim_matches(between);
    let longest = if name.contains('-') { 2 * ONE_WORD } else { ONE_WORD };
    !name.contains(' ') && name.chars().count() <= longest && around <= MAX_AROUND
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: [&str; 4] = ["jeanne.roux@clamart.example", "Jeanne", "Roux-Delacourt", "Commune de Châtenay-Malabry"];

    #[test]
    fn what_others_think_of_is_obvious() {
        let missed = [
            "123456789012",
            "1234567890123456",
            "azertyuiop123",
            "AZERTYUIOP123!",
            "azertyqwerty12",
            "qsdfghjklm2026",
            "motdepasse123",
            "Motdepasse2026!",
            "MotDePasse123!",
            "mot de passe 1",
            "m0td3passe2026",
            "password1234",
            "Clamart2026!!",
            "2026Clamart!!",
            "Clamart-92140!",
            "jeanne.roux92",
            "RouxDelacourt1",
            "ChatenayMalabry",
            "Commune-de-Chatenay-Malabry",
            "châtenaymalabry1",
            "Bordeaux33000!",
            "Administrateur1",
            "soleil123456",
            "aqwzsxedc123",
            "abcdefghijkl",
            "abcabcabcabc",
            "31/12/1999!!!",
            "marseille13013",
            "Bienvenue2026!",
            "habilis2026habilis",
            "Demonstration-2026",
            // Names of the person and of the body, and little else.
            "JeanneRoux2026!",
            "Jeanne Roux Delacourt",
            "Roux Jeanne 1985 !!",
            "!jeanne!roux!2026!",
            "J3anne.R0ux!2026",
            "chatenay-malabry-92290",
            "Châtenay Malabry 2026 !",
            "commune2026chatenay!",
            "clamart.example-2026",
            // Keyboards.
            "azertyuiop^$",
            "AZERTYUIOP¨£",
            "azertyuiop^$1",
            "qsdfghjklmù",
            "qsdfghjklmù*1",
            "wxcvbn,;:!12",
            "&é\"'(-è_çà)=",
            "&é\"'(-è_çà1",
            "1qaz2wsx3edc",
            "1QAZ2wsx3EDC!",
            "!QAZ@WSX#EDC",
            "1aqw2zsx3edc",
            "aqwzsxedcrfv",
            "Aqwzsxedc2026!",
            "poiuytreza12",
            "qwertyuiop[]",
            "1234567890°+",
            "azeqsdwxc789",
            // Long words.
            "administration2026",
            "Administrations-26",
            "anticonstitutionnellement1",
            "intercommunalité1",
            "intercommunalite1",
            "Constitutionnelle!2026",
            // What everybody says, dates, repetitions.
            "vivelafrance2026",
            "Vive la France 2026 !",
            "VivelaFrance14!",
            "motdepasse12345",
            "Mot de passe 2026 !",
            "bonjour123456",
            "14juillet1789",
            "14 juillet 1789",
            "quatorzejuillet1789",
            "01/01/1980 01/01/1980",
            "01/01/1980-31/12/1985",
            "06 12 34 56 78 01",
            "jetaimejetaime",
            "Je t’aime je t’aime",
            "jetaimepourlavie1",
            "LiberteEgaliteFraternite",
            "Il était une fois 1",
            // Known examples and texts.
            "correct horse battery staple",
            "correcthorsebatterystaple",
            "Correct-Horse-Battery-Staple1",
            "lorem ipsum dolor sit amet",
            "LoremIpsumDolor2026",
            // Said twice or more.
            "aaaa bbbb cccc dddd",
            "aaaabbbbcccc",
            "toto tata titi tutu",
            "tototatatititutu",
            "papa maman bebe",
            "bonbon chouchou",
            "1212 3434 5656",
            // One kind.
            "undeuxtroisquatre",
            "un deux trois quatre cinq",
            "one two three four five",
            "vingt-deux mille cent trois",
            "rouge vert bleu jaune",
            "Rouges, Verts, Bleues 26",
            "lundi mardi mercredi",
            "JanvierFevrierMars",
            "printemps été automne hiver",
            "Marianne-Egalite-2026",
            "M4rianne-3galite",
            "Vive la République française !",
            "Liberté, égalité, fraternité",
            "OlympiqueDeMarseille13",
            "Paris Saint-Germain 1970",
            "allez les girondins de bordeaux",
            "Real Madrid 2026!",
            "Star Wars 1977 !!",
            "La Grande Vadrouille 66",
            "Harry-Potter-2001",
            "Paris Lyon Marseille",
            "Nicolas, Thomas et Camille",
            "Covid19Confinement",
            "confinement-mars-2020",
            "habilis-2027-habilis",
            "habilis habilis 2026",
            "FranceConnect-Habilis-1",
            // Of a body, of a street.
            "CommuneDeClamart",
            "communedeclamart",
            "Mairie de Meudon 92",
            "Ville-de-Saint-Denis",
            "Mairie-Issy-les-Moulineaux",
            "Département du Finistère",
            "Région Occitanie 31",
            "1 rue de la mairie",
            "12, avenue Victor Hugo",
            "3 place du Général de Gaulle",
            "27 bis rue des Lilas",
        ]
        .into_iter()
        .filter(|password| !is_obvious(password, &ABOUT));
        assert_eq!(missed.collect::<Vec<_>>(), [""; 0]);
    }

    #[test]
    fn a_few_words_are_not() {
        let refused = [
            "Portail famille 92",
            "Un tout autre 2026",
            "Cheval correct, pile et agrafe",
            "La grue danse sous la lampe",
            "lampe girafe escalier moutarde",
            "xK7!pQ2#vLm9",
            "Été à Hyères, 3 glaces",
            "тихий вечер у окна",
            "lampegirafeescaliermoutarde",
            "Trois grues dans le jardin",
            "jeanne mange sept figues bleues",
            "Trois tuiles à Clamart, un mardi",
            "zebre-tulipe-ocean-42",
            "fer fort serein porte verte",
            "Resister-a-tout-2026",
            "9f!aZr2(kQ-w",
            "deux girafes rouges mangent mardi",
            "Une route bordée de platanes gris",
            "place aux girafes vertes et moi",
            "Marianne plie sept nappes à carreaux",
            "le nombril du monde sent la noisette",
            "papa range ses boulons mauves",
            "Lyon, brouette, cinq parapluies",
            "villages perdus sous la brume épaisse",
        ]
        .into_iter()
        .filter(|password| is_obvious(password, &ABOUT));
        assert_eq!(refused.collect::<Vec<_>>(), [""; 0]);
    }
}
