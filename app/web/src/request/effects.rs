//! The effects of an approval: mails, connection, data access.

use domain::{
    events::{Consumer, Opening},
    message::Side,
};
use habilitation::requests::Opened;
use leptos::prelude::*;

/// The progress of the effects of the approval: for the applicant, what each opens to them; for reviewers, what the site is doing.
pub fn effects(opened: &Opened, reader: Side) -> Option<AnyView> {
    opened.habilitation.as_ref()?;
    let line = |consumer: Consumer| {
        let mine: Vec<_> = opened.effects.iter().filter(|effect| effect.consumer == consumer).collect();
        let done = mine.iter().all(|effect| effect.done_at.is_some() || effect.given_up);
        let words = match reader {
            _ if done && mine.iter().any(|effect| effect.given_up) => "Courriels\u{a0}: une adresse les refuse".to_owned(),
            Side::Applicant => progress(consumer, consumer.opening(done, opened.client)).to_owned(),
            Side::Reviewer => format!("{}\u{a0}: {}", consumer.label(), if done { "fait" } else { "en cours" }),
        };
        (!mine.is_empty()).then(|| view! { <li>{words}</li> })
    };
    let items: Vec<_> = Consumer::ALL.into_iter().filter_map(line).collect();
    (!items.is_empty()).then(|| view! { <h2 class="fr-h5">"Mise en service"</h2> <ul>{items}</ul> }.into_any())
}

fn progress(consumer: Consumer, opening: Opening) -> &'static str {
    use Opening::{Closed, Done, UnderWay};
    match (consumer, opening) {
        (Consumer::Broker, UnderWay) => "Connexion de vos usagers, pour vos essais\u{a0}: en préparation",
        (Consumer::Broker, Done) => "Connexion de vos usagers, pour vos essais\u{a0}: prête",
        (Consumer::Broker, Closed) => "Connexion de vos usagers\u{a0}: fermée, car l’habilitation FranceConnect n’est plus active",
        (Consumer::Gateway, UnderWay) => "Accès aux données accordées\u{a0}: en préparation",
        (Consumer::Gateway, Done) => "Accès aux données accordées\u{a0}: prêt",
        (Consumer::Gateway, Closed) => "Accès aux données accordées, avec FranceConnect\u{a0}: fermé",
        (Consumer::Delivery, Done) => "Courriels aux personnes concernées\u{a0}: envoyés",
        (Consumer::Delivery, _) => "Courriels aux personnes concernées\u{a0}: en cours d’envoi",
        (Consumer::Antivirus, Done) => "Analyse antivirus des documents\u{a0}: terminée",
        (Consumer::Antivirus, _) => "Analyse antivirus des documents\u{a0}: en cours",
        (Consumer::Files, Done) => "Suppression des anciens documents\u{a0}: terminée",
        (Consumer::Files, _) => "Suppression des anciens documents\u{a0}: en cours",
        (Consumer::Accounts, Done) => "Comptes\u{a0}: fait",
        (Consumer::Accounts, _) => "Comptes\u{a0}: en cours",
    }
}
