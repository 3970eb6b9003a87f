//! The accessibility statement and the legal notices, with how long personal data is kept.

use domain::{
    retention::{Keep, RULES, Rule},
    routes,
};
use leptos::prelude::*;
use ui::{cells, components::*};

/// Source: loi n° 2005-102, art. 47; without an audit, a site may not call itself compliant.
pub fn accessibility() -> impl IntoView {
    view! {
        <Breadcrumb current="Accessibilité" />
        <PageTitle title="Accessibilité\u{a0}: non conforme" lead="Aucun audit n’a encore été mené. Voici ce que nous vérifions déjà." />
        <h2>"Ce qui est vérifié"</h2>
        <ul>
            <li>"Les pages du parcours passent l’outil automatique axe, dans un vrai navigateur."</li>
            <li>"Tout fonctionne sans JavaScript et au clavier."</li>
            <li>"Chaque champ a une étiquette. Chaque erreur est dite à côté du champ et en haut de la page."</li>
            <li>"Les couleurs ne portent jamais seules une information."</li>
        </ul>
        <h2>"Ce qui ne l’est pas encore"</h2>
        <ul>
            <li>"Le référentiel RGAA n’a pas été parcouru critère par critère."</li>
            <li>"Le site n’a pas été essayé par des personnes handicapées."</li>
            <li>"Les documents joints aux demandes ne sont pas contrôlés."</li>
        </ul>
        <h2>"Signaler une difficulté"</h2>
        <p>"Vous êtes bloqué\u{a0}? Dites-le à l’exploitant de ce site\u{a0}: il vous donnera l’information autrement."</p>
        <p>
            "Sans réponse de sa part, vous pouvez saisir "
            <a href="https://www.defenseurdesdroits.fr/">"le Défenseur des droits"</a>
            "."
        </p>
    }
}

/// How long each kind of personal data is kept, from the table that the purges follow.
fn periods() -> impl IntoView {
    let rows: Vec<_> = RULES.iter().filter(|rule| !rule.data.is_empty()).map(period).collect();
    let columns = vec![Column::text("Données"), Column::text("Durée"), Column::text("Ensuite")];
    view! { <Table id="durees-de-conservation" caption="Durées de conservation" caption_hidden=true columns=columns rows=rows stacked=true /> }
}

fn period(rule: &Rule) -> Vec<AnyView> {
    let kept = match rule.keep {
        Keep::For(period) => format!("{} après {}", period.in_french(), rule.since.1),
        Keep::Follows | Keep::Always => rule.since.1.to_owned(),
    };
    let first = kept.chars().next().map(|letter| letter.to_uppercase().collect::<String>()).unwrap_or_default();
    let kept = format!("{first}{}", kept.chars().skip(1).collect::<String>());
    let then = rule.then.in_french();
    cells![rule.data, kept, then]
}

pub fn notices() -> impl IntoView {
    view! {
        <Breadcrumb current="Mentions légales" />
        <PageTitle title="Mentions légales" />
        <h2>"Éditeur et hébergement"</h2>
        <p>"Habilis est un logiciel libre. Ce site est édité et hébergé par l’organisme qui l’exploite."</p>
        <p>"Ce site n’est pas un site de l’État."</p>
        <h2>"Vos données"</h2>
        <p>"Nous gardons votre nom, votre adresse électronique, votre organisation et vos demandes. Ces données servent à instruire vos demandes, et à rien d’autre."</p>
        <p>
            "Depuis "
            <a href=routes::MY_DATA>"votre compte"</a>
            ", obtenez une copie de vos données, ou supprimez votre compte. Pour une autre demande, écrivez à l’exploitant de ce site. En cas de désaccord, "
            <a href="https://www.cnil.fr/fr/plaintes">"adressez-vous à la CNIL"</a>
            "."
        </p>
        <h3>"Vous êtes nommé dans une demande, sans avoir de compte"</h3>
        <p>
            "Écrivez à l’exploitant de ce site, depuis l’adresse qui vous a été attribuée, en citant le numéro de la demande. Il vous dit ce que le dossier contient à votre sujet, et fait corriger vos coordonnées. Il ne peut pas les effacer avant la fin du dossier\u{a0}: c’est une archive publique (RGPD, art. 17(3)(b) et (d))."
        </p>
        <h3 id="durees">"Combien de temps"</h3>
        {periods()}
        <h2>"Cookies"</h2>
        <p>"Trois cookies, nécessaires au fonctionnement\u{a0}: pour votre session, pour protéger les formulaires et, pendant 180\u{a0}jours, pour reconnaître le navigateur où vous vous êtes connecté. Aucune mesure d’audience."</p>
        <h2>"Licence"</h2>
        <p>"Le code d’Habilis est sous licence MIT ou Apache-2.0."</p>
        <p><a href=routes::ACCESSIBILITY>"Déclaration d’accessibilité"</a></p>
    }
}
