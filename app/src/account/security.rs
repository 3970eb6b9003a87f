//! The second factor: putting it in force, its recovery codes, taking it away.

use domain::{calendar, routes};
use habilitation::factors::{FactorState, Proposal, RECOVERY_CODES};
use leptos::prelude::*;

use super::code::code_field;
use crate::components::*;

/// What is asked with a code, and what went wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Enrol,
    Renew,
    Remove,
}

/// `picture` is the QR code as the address of an image.
pub fn enrolment_page(
    proposal: &Proposal,
    picture: String,
    required: bool,
    error: Option<&str>,
    suite: Option<&str>,
    csrf: &str,
) -> impl IntoView + use<> {
    let field = code_field().hint("Six chiffres, affichés par l’application.").error(error.map(str::to_owned));
    let errors = errors_of([&field]);
    let suite = suite.map(|path| view! { <HiddenField name="suite" value=path /> });
    let why = required.then(|| {
        view! {
            <Alert tone=Tone::Warning title="Vos droits la rendent obligatoire">
                <p>"Activez-la pour instruire les demandes ou administrer le site. Cela prend deux minutes."</p>
            </Alert>
        }
    });
    let secret = spaced(&proposal.secret);
    let (sealed, uri) = (proposal.sealed.clone(), proposal.uri.clone());
    view! {
        <Breadcrumb parents=vec![(routes::MY_ACCOUNT.to_owned(), "Mon compte".to_owned())] current="Double authentification" />
        <ErrorSummary errors=errors />
        <PageTitle title="Activer la double authentification" lead="Un code de votre téléphone s’ajoutera à votre mot de passe." />
        {why}
        <h2 class="fr-h4">"1. Installez une application d’authentification"</h2>
        <p>"FreeOTP, Aegis, ou celle que votre organisme recommande\u{a0}: toutes conviennent."</p>
        <h2 class="fr-h4">"2. Scannez ce code avec l’application"</h2>
        <p><img class="hb-qr" src=picture width="220" height="220" alt="Code QR à scanner. La même clé est écrite juste après." /></p>
        <p><a href=uri>"Vous lisez cette page sur le téléphone\u{a0}? Ouvrez l’application d’ici."</a></p>
        <CodeLine id="cle" label="Ou saisissez cette clé dans l’application" value=secret />
        <h2 class="fr-h4">"3. Confirmez"</h2>
        <PostForm action=routes::SECURITY csrf=csrf>
            {suite}
            <HiddenField name="scelle" value=sealed />
            <TextField field=field />
            <Buttons>
                <Button label="Activer" />
                <LinkButton label="Revenir à mon compte" href=routes::MY_ACCOUNT kind=ButtonKind::Tertiary />
            </Buttons>
        </PostForm>
    }
}

/// Four letters at a time, to be copied by hand.
fn spaced(secret: &str) -> String {
    secret.as_bytes().chunks(4).map(|part| String::from_utf8_lossy(part)).collect::<Vec<_>>().join(" ")
}

/// For somebody who has one; the error goes with what was asked.
pub fn security_page(state: &FactorState, error: Option<(Asked, &str)>, csrf: &str) -> impl IntoView + use<> {
    let of =
        |asked: Asked, id: &str| code_field().id(id.to_owned()).error(error.filter(|(on, _)| *on == asked).map(|(_, message)| message.to_owned()));
    let (renew, remove) = (of(Asked::Renew, "code-nouveaux"), of(Asked::Remove, "code-retrait"));
    let errors = errors_of([&renew, &remove]);
    let since = state.since.map(|at| format!("Activée le {}.", calendar::french_date(calendar::paris_date(at))));
    let left = match state.codes_left {
        0 => "Il ne vous reste aucun code de secours.".to_owned(),
        1 => "Il vous reste un code de secours.".to_owned(),
        many => format!("Il vous reste {many} codes de secours."),
    };
    let warning = state
        .required
        .then(|| view! { <p>"Vos droits la rendent obligatoire\u{a0}: vous devrez en activer une autre pour instruire ou administrer."</p> });
    let (action_renew, action_remove) = (csrf.to_owned(), csrf.to_owned());
    let (renew_open, remove_open) = (renew.error.is_some(), remove.error.is_some());
    view! {
        <Breadcrumb parents=vec![(routes::MY_ACCOUNT.to_owned(), "Mon compte".to_owned())] current="Double authentification" />
        <ErrorSummary errors=errors />
        <PageTitle title="Double authentification" lead=since.unwrap_or_default()>
            <Badge label="Activée" tone=Tone::Success />
        </PageTitle>
        <h2 class="fr-h4">"Codes de secours"</h2>
        <p>{left}" Chacun remplace une fois le code de l’application, si vous n’avez pas votre téléphone."</p>
        <Details summary="Créer de nouveaux codes de secours" open=renew_open>
            <p>"Les anciens ne fonctionneront plus."</p>
            <PostForm action=routes::SECURITY_CODES csrf=action_renew>
                <TextField field=renew />
                <Button label="Créer de nouveaux codes" kind=ButtonKind::Secondary />
            </PostForm>
        </Details>
        <h2 class="fr-h4">"Changer de téléphone, ou désactiver"</h2>
        <p>"Désactivez la double authentification ici, puis activez-la avec le nouveau téléphone."</p>
        <Details summary="Désactiver la double authentification" open=remove_open>
            {warning}
            <PostForm action=routes::SECURITY_REMOVE csrf=action_remove>
                <TextField field=remove />
                <Button label="Désactiver" kind=ButtonKind::Danger />
            </PostForm>
        </Details>
    }
}

/// Shown once. `suite` is where the person was going.
pub fn recovery_page(codes: &[String], suite: Option<&str>) -> impl IntoView + use<> {
    let items = codes.iter().map(|code| view! { <li><code>{code.clone()}</code></li> }).collect_view();
    let next = suite.unwrap_or(routes::SECURITY).to_owned();
    view! {
        <Confirmation title="Notez vos codes de secours" reference=format!("{RECOVERY_CODES}\u{a0}codes, affichés une seule fois")>
            <p>"Chacun remplace une fois le code de l’application. Gardez-les hors de votre téléphone\u{a0}: imprimés, ou dans un coffre à mots de passe."</p>
        </Confirmation>
        <ul class="hb-codes">{items}</ul>
        <Buttons>
            <LinkButton label="Je les ai notés" href=next />
        </Buttons>
    }
}
