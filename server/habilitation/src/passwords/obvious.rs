//! Passwords somebody else thinks of too: `zxcvbn` knows the lists of breaches and the habits behind them (dates, keyboards, letters
//! as digits), in English; the words and keyboards of here are given to it.

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

/// What people say, in one word: said often, a sentence is guessed as a word is.
const SET_PHRASES: &str = "vivelafrance vivelaliberte vivelaretraite vivelesvacances vivelavie vivelamarie jetaime jetadore jetaimeplusquetout jetaimepourlavie \
    jevousaime jesuisunestar motdepasse monmotdepasse lemotdepasse nouveaumotdepasse motdepasseoublie libertegalitefraternite \
    liberteegalitefraternite allezlesbleus allezlom allezparis ledebutdelafin cestlavie labelleetlabete labelleetleclochard lavieestbelle \
    labelleaubois ilfaitbeau ilfaitchaud toutvabien touslesjours touspourun unpourtous carpediem bonneannee joyeuxnoel joyeuxanniversaire \
    bonanniversaire bonjourtoutlemonde boncourage bonnejournee bonnesvacances bonweekend bonappetit pointfinal quatorzejuillet premiermai \
    lepetitprince lesmiserables ilavaitunefois iletaitunefois lapetitemaison lamaisonbleue tourdefrance tourteiffel \
    servicepublic serviceinformatique collectiviteterritoriale franceconnect apiparticulier iloveyou letmein helloworld";

static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| SET_PHRASES.split_whitespace().chain(FRENCH.split_whitespace()).collect());

/// Rows from left to right, without and with the shift key. Keys stand under one another, half a key apart.
const AZERTY: [&str; 8] =
    ["&é\"'(-è_çà)=", "1234567890°+", "azertyuiop^$", "AZERTYUIOP¨£", "qsdfghjklmù*", "QSDFGHJKLM%µ", "wxcvbn,;:!", "WXCVBN?./§"];
const QWERTY: [&str; 8] = ["1234567890-=", "!@#$%^&*()_+", "qwertyuiop[]", "QWERTYUIOP{}", "asdfghjkl;'", "ASDFGHJKL:\"", "zxcvbnm,./", "ZXCVBNM<>?"];

/// Letters of one word: « Issy-les-Moulineaux » are three.
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
    // Lists have no accents, and « mot de passe » in one word. What joins words counts as a word for the estimate.
    let plain = unaccented(password);
    let joined: String = plain.chars().filter(|c| !matches!(c, ' ' | '-' | '_' | '.' | '\'' | '’')).collect();
    let score = |text: &str| zxcvbn(text, &inputs).score();
    // Each thing found makes the estimate grow as if it was not: what anybody would begin with is taken away, and the rest must
    // be worth something by itself.
    let free: Vec<&str> = known.iter().map(String::as_str).chain(SET_PHRASES.split_whitespace()).collect();
    let weak = |text: &str| {
        let rest = without_walks(&without(text, &free));
        rest != text && score(&rest) < Score::Three
    };
    is_one_word_dressed(password)
        || is_number(password)
        || score(password) < Score::Four
        || score(&plain) < Score::Four
        || score(&joined) < Score::Three
        || [password, &plain, &joined].into_iter().any(weak)
}

/// Each word of two letters or more, and the whole in one word, as is what stands before the @.
fn pieces(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut all: Vec<String> = folded.split(' ').map(str::to_owned).collect();
    all.extend(text.split('@').map(|part| fold(part).replace(' ', "")));
    all.push(folded.replace(' ', ""));
    all.retain(|word| word.chars().count() >= 2);
    all.sort_by_key(|word| std::cmp::Reverse(word.len()));
    all
}

/// The text where these words, whatever their case, or with digits for letters, are taken away.
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

/// The text where keys in a straight line on a keyboard, three and more, are taken away: a piece of a row, or of a column.
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

/// Dates and telephone numbers, one after the other: nobody remembers as many digits drawn at random.
fn is_number(password: &str) -> bool {
    password.chars().all(|c| c.is_ascii_digit() || " /.-_:+".contains(c)) && password.chars().filter(char::is_ascii_digit).count() < 20
}

/// « Clamart2026!! », « !!marie92140 »: whoever knows the word has a few thousand endings to try.
fn is_one_word_dressed(password: &str) -> bool {
    let core = password.trim_matches(|c: char| !c.is_alphabetic());
    let (letters, around) = (core.chars().count(), password.chars().count() - core.chars().count());
    let one = core.chars().all(char::is_alphabetic);
    let usual = core.chars().skip(1).all(char::is_lowercase) || core.chars().all(char::is_uppercase);
    let lower = unaccented(&core.to_lowercase());
    let word = letters <= ONE_WORD || letters <= 2 * ONE_WORD && LONG_ENDS.iter().any(|end| lower.ends_with(end));
    one && usual && word && around <= 8
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
            "correct horse battery staple",
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
        ]
        .into_iter()
        .filter(|password| is_obvious(password, &ABOUT));
        assert_eq!(refused.collect::<Vec<_>>(), [""; 0]);
    }
}
