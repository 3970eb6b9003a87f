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

static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| FRENCH.split_whitespace().collect());

/// Letters of one word: « Issy-les-Moulineaux » are three.
const ONE_WORD: usize = 14;

/// `about`: what people know of the account.
pub(super) fn is_obvious(password: &str, about: &[&str]) -> bool {
    let known: Vec<String> = about.iter().flat_map(|text| pieces(text)).collect();
    let inputs: Vec<&str> = known.iter().map(String::as_str).chain(WORDS.iter().copied()).collect();
    // Lists have no accents, and « mot de passe » in one word. What joins words counts as a word for the estimate.
    let plain = unaccented(password);
    let joined: String = plain.chars().filter(|c| !matches!(c, ' ' | '-' | '_' | '.')).collect();
    let score = |text: &str| zxcvbn(text, &inputs).score();
    is_one_word_dressed(password) || score(password) < Score::Four || score(&plain) < Score::Four || score(&joined) < Score::Three
}

/// Each word of three letters or more, and the whole in one word, as is what stands before the @.
fn pieces(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut all: Vec<String> = folded.split(' ').filter(|word| word.len() >= 3).map(str::to_owned).collect();
    all.extend(text.split('@').map(|part| fold(part).replace(' ', "")));
    all.push(folded.replace(' ', ""));
    all
}

/// « Clamart2026!! », « !!marie92140 »: whoever knows the word has a few thousand endings to try.
fn is_one_word_dressed(password: &str) -> bool {
    let core = password.trim_matches(|c: char| !c.is_alphabetic());
    let (letters, around) = (core.chars().count(), password.chars().count() - core.chars().count());
    let one = core.chars().all(char::is_alphabetic);
    let usual = core.chars().skip(1).all(char::is_lowercase) || core.chars().all(char::is_uppercase);
    one && usual && letters <= ONE_WORD && around <= 8
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: [&str; 4] = ["jeanne.roux@clamart.example", "Jeanne", "Roux-Delacourt", "Commune de Châtenay-Malabry"];

    #[test]
    fn what_others_think_of_is_obvious() {
        for password in [
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
        ] {
            assert!(is_obvious(password, &ABOUT), "{password}");
        }
    }

    #[test]
    fn a_few_words_are_not() {
        for password in [
            "Portail famille 92",
            "Un tout autre 2026",
            "correct horse battery staple",
            "La grue danse sous la lampe",
            "lampe girafe escalier moutarde",
            "xK7!pQ2#vLm9",
            "Été à Hyères, 3 glaces",
            "тихий вечер у окна",
        ] {
            assert!(!is_obvious(password, &ABOUT), "{password}");
        }
    }
}
