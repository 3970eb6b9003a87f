//! The page « Mes données », the one that deletes the account, and the one that says it is deleted.

use domain::{
    erasure::{Carried, InForce},
    routes,
};
use leptos::prelude::*;
use ui::{components::*, named::Named};

use super::Sent;

const TITLE: &str = "Mes données";

/// The links of the breadcrumb, from « Mon compte » on.
fn way(parents: &[(&str, &str)]) -> Vec<(String, String)> {
    let home = (routes::MY_ACCOUNT, "Mon compte");
    std::iter::once(&home).chain(parents).map(|(href, label)| ((*href).to_owned(), (*label).to_owned())).collect()
}

pub fn data_page() -> impl IntoView {
    view! {
        <Breadcrumb parents=way(&[]) current=TITLE />
        <PageTitle title=TITLE lead="Obtenez une copie de ce que nous gardons à votre sujet, ou faites-le effacer." />
        <h2 class="fr-h4">"Une copie de vos données"</h2>
        <p>
            "Un fichier JSON\u{a0}: compte, organisations, droits, demandes, messages, documents envoyés, sessions et préférences. Il ne contient ni ce que d’autres ont écrit, ni les notes des équipes."
        </p>
        <p><LinkButton label="Télécharger mes données" href=routes::MY_DATA_COPY kind=ButtonKind::Secondary /></p>
        <h2 class="fr-h4">"Combien de temps elles sont gardées"</h2>
        <p><a href=followed(format!("{}#durees", routes::LEGAL))>"Les durées, donnée par donnée"</a></p>
        <h2 class="fr-h4">"Supprimer votre compte"</h2>
        <p>"La suppression est immédiate et définitive. Les demandes que vous avez transmises restent\u{a0}: ce sont des archives publiques."</p>
        <p><LinkButton label="Supprimer mon compte" href=routes::ERASURE kind=ButtonKind::Secondary /></p>
    }
}

/// `held` is what keeps the account from being deleted; `errors` has a sentence for each field to correct, by its name.
pub fn erasure_page(held: &InForce, errors: &[(&'static str, String)], csrf: &str) -> impl IntoView + use<> {
    let error = |sent: Sent| errors.iter().find(|(field, _)| *field == sent.as_str()).map(|(_, message)| message.clone());
    let password = Field::new(Sent::Password, "Votre mot de passe").autocomplete("current-password").error(error(Sent::Password));
    let understood = Field::new(Sent::Understood, "J’ai compris que mon compte ne pourra pas être rétabli").error(error(Sent::Understood));
    let refused = held.refuses_erasure();
    let links = if refused { Vec::new() } else { errors_of([&password, &understood]) };
    let body = if refused { refusal(held).into_any() } else { form(password, understood, csrf).into_any() };
    view! {
        <Breadcrumb parents=way(&[(routes::MY_DATA, TITLE)]) current="Supprimer mon compte" />
        <ErrorSummary errors=links />
        <PageTitle title="Supprimer mon compte" />
        {body}
    }
}

fn refusal(held: &InForce) -> impl IntoView + use<> {
    let admin = held.admin.then(|| {
        view! { <p>"Vous administrez le site\u{a0}: demandez d’abord à un autre administrateur de vous retirer ce droit."</p> }
    });
    let carried = (!held.carried.is_empty()).then(|| {
        let lines = held.carried.iter().map(line).collect_view();
        view! {
            <p>"Transférez d’abord à un collègue ce que vous portez, ou menez-le à son terme\u{a0}:"</p>
            <ul id="en-vigueur">{lines}</ul>
        }
    });
    view! {
        <Alert tone=Tone::Warning title="Votre compte ne peut pas encore être supprimé" />
        {admin}
        {carried}
        <p><LinkButton label="Revenir à mes données" href=routes::MY_DATA kind=ButtonKind::Secondary /></p>
    }
}

fn line(carried: &Carried) -> impl IntoView + use<> {
    let Carried { id, number, title, granted } = carried;
    let name = if title.is_empty() { format!("D{number}") } else { format!("D{number} – {title}") };
    let state = if *granted { "habilitation active" } else { "demande en cours" };
    view! {
        <li>
            <a href=routes::request(*id)>{name}</a>
            {format!("\u{a0}: {state}. ")}
            <a href=routes::request_transfer(*id)>"Transférer"<span class="fr-sr-only">{format!(" D{number}")}</span></a>
        </li>
    }
}

fn form(password: Field, understood: Field, csrf: &str) -> impl IntoView + use<> {
    let csrf = csrf.to_owned();
    view! {
        <h2 class="fr-h4">"Ce qui est effacé tout de suite"</h2>
        <p>"Votre nom, votre adresse, votre téléphone, votre mot de passe, votre double authentification, vos sessions, vos organisations, vos droits, vos préférences et vos brouillons jamais transmis."</p>
        <h2 class="fr-h4">"Ce qui reste, et pourquoi"</h2>
        <p>
            "Les dossiers des demandes transmises, avec les coordonnées des contacts nommés et ce que vous y avez écrit, sous le nom «\u{a0}Compte supprimé\u{a0}». Ce sont des archives publiques\u{a0}: la loi demande de les garder, puis de ne les éliminer qu’avec l’accord des archives (RGPD, art. 17(3)(b) et (d)\u{a0}; Code du patrimoine, art. R212-14)."
        </p>
        <p>"Les journaux gardent aussi la trace de vos actes, sans votre nom, le temps indiqué dans "<a href=followed(format!("{}#durees", routes::LEGAL))>"les durées de conservation"</a>"."</p>
        <PostForm action=routes::ERASURE csrf=csrf>
            <PasswordField field=password />
            <CheckboxField field=understood />
            <Buttons>
                <Button label="Supprimer définitivement mon compte" kind=ButtonKind::Danger />
                <LinkButton label="Garder mon compte" href=routes::MY_DATA kind=ButtonKind::Secondary />
            </Buttons>
        </PostForm>
    }
}

/// Shown after the deletion, without a session.
pub fn erased_page() -> impl IntoView {
    view! {
        <Confirmation title="Votre compte est supprimé">
            <p>"Un dernier courriel vous le confirme. Vous pouvez ouvrir un nouveau compte quand vous le souhaitez."</p>
            <p><LinkButton label="Revenir à l’accueil" href=routes::HOME kind=ButtonKind::Secondary /></p>
        </Confirmation>
    }
}
