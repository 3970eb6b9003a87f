//! The optional mails with a box for each, and the pages behind the unsubscribe links.

use domain::{notification::Topic, routes};
use habilitation::notifications::Unsubscribing;
use leptos::prelude::*;
use ui::components::*;

use super::Sent;

/// Mails that cannot be switched off: they tell of a decision, or of something about to end.
const ALWAYS: [&str; 5] = [
    "L’accusé de réception d’une demande et les décisions prises sur elle",
    "L’annonce qu’une demande sera archivée, puis son archivage",
    "Le dernier jour d’une habilitation, sa fin et son renouvellement",
    "Pour les équipes d’instruction, le dernier jour du délai légal",
    "Les courriels de sécurité de votre compte",
];

pub fn switches(topics: &[(Topic, bool)], saved: bool, csrf: &str) -> impl IntoView + use<> {
    let choices = topics.iter().map(|(topic, on)| Choice::new(topic.as_str(), topic.label()).hint(topic.hint()).checked(*on)).collect();
    let field = Field::new(Sent::Topics, "Courriels que vous souhaitez recevoir").hint("Décochez ceux dont vous vous passez.");
    let always = ALWAYS.iter().map(|line| view! { <li>{*line}</li> }).collect_view();
    let done = saved.then(|| view! { <Alert tone=Tone::Success title="Vos préférences sont enregistrées" live=true /> });
    view! {
        <Breadcrumb parents=vec![(routes::MY_ACCOUNT.to_owned(), "Mon compte".to_owned())] current="Mes notifications" />
        {done}
        <PageTitle title="Mes notifications" lead="Certains courriels sont facultatifs\u{a0}: choisissez ceux que vous recevez." />
        <PostForm action=routes::NOTIFICATIONS csrf=csrf.to_owned()>
            <CheckboxGroups field=field groups=vec![ChoiceGroup::new("", choices)] />
            <Buttons>
                <Button label="Enregistrer" />
            </Buttons>
        </PostForm>
        <h2 class="fr-h5">"Toujours envoyés"</h2>
        <ul>{always}</ul>
    }
}

/// Mail scanners open this page as well as people: opening it changes nothing, its button does.
pub fn ask(token: &str, found: &Unsubscribing, csrf: &str) -> impl IntoView + use<> {
    let (topic, email) = (found.topic.label(), found.email.clone());
    view! {
        <PageTitle title="Ne plus recevoir ces courriels" />
        <p>"Adresse\u{a0}: "<strong>{email}</strong></p>
        <p>"Courriels\u{a0}: "<strong>{topic}</strong></p>
        <p>"Vous continuerez de recevoir les décisions sur vos demandes, l’annonce de ce qui prend fin et les courriels de sécurité."</p>
        <PostForm action=routes::unsubscribe(token) csrf=csrf.to_owned() inline=true>
            <Button label="Ne plus les recevoir" />
        </PostForm>
    }
}

pub fn stopped(found: &Unsubscribing) -> impl IntoView + use<> {
    let sentence = format!("{} ne recevra plus ces courriels\u{a0}: {}.", found.email, found.topic.label().to_lowercase());
    view! {
        <PageTitle title="C’est noté" lead=sentence />
        <p>"Vous changez d’avis\u{a0}? Vos choix se règlent dans "<a href=routes::NOTIFICATIONS>"vos notifications"</a>"."</p>
    }
}

pub fn dead() -> impl IntoView + use<> {
    view! {
        <PageTitle title="Ce lien ne fonctionne plus" lead="Il est incomplet, ou date de plus de trente jours." />
        <p>"Vos choix se règlent à tout moment dans "<a href=routes::NOTIFICATIONS>"vos notifications"</a>", une fois connecté."</p>
    }
}
