//! The pages of the second factor: the list of factors, the enrolment of an application, the recovery codes.

use domain::{calendar, routes, second_factor::must_stay};
use habilitation::factors::{FactorState, Proposal, RECOVERY_CODES};
use leptos::prelude::*;
use ui::components::*;
use web::proof::code_field;

use super::Sent;
use crate::account::passkeys::page::{self as passkeys, PasskeyForm, add_form};

/// Which of the two forms that take a code was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeForm {
    Renew,
    Remove,
}

/// The enrolment of an application, the first one or one that replaces it.
pub struct Enrolment<'a> {
    pub proposal: &'a Proposal,
    /// The QR code as the address of an image.
    pub picture: String,
    pub state: &'a FactorState,
    pub error: Option<&'a str>,
    pub passkey: &'a PasskeyForm,
    /// The page the person was going to.
    pub suite: Option<&'a str>,
}

impl Enrolment<'_> {
    /// Whether the page offers a passkey as well. Somebody who has a factor adds passkeys from the list of factors.
    pub fn offers_passkey(&self) -> bool {
        self.state.passkeys_offered && !self.state.any()
    }

    pub fn title(&self) -> &'static str {
        match (self.state.since, self.state.any()) {
            (Some(_), _) => "Changer de téléphone",
            (None, true) => "Ajouter une application d’authentification",
            (None, false) => "Activer la double authentification",
        }
    }

    fn lead(&self) -> &'static str {
        match (self.state.since, self.state.any()) {
            (Some(_), _) => "Le nouveau téléphone remplacera l’ancien quand vous aurez confirmé son code. Jusque-là, rien ne change.",
            (None, true) => "Ses codes serviront quand vous n’aurez pas de clé d’accès avec vous.",
            (None, false) if self.offers_passkey() => "Une clé d’accès, ou un code de votre téléphone, s’ajoutera à votre mot de passe.",
            (None, false) => "Un code de votre téléphone s’ajoutera à votre mot de passe.",
        }
    }
}

pub fn enrolment_page(enrolment: Enrolment<'_>, csrf: &str) -> impl IntoView + use<> {
    let field = code_field().hint("Six chiffres, affichés par l’application.").error(enrolment.error.map(str::to_owned));
    let either = enrolment.offers_passkey();
    let (name, key) = enrolment.passkey.fields();
    let errors = errors_of([&name, &key, &field]);
    let (title, lead) = (enrolment.title(), enrolment.lead());
    let Enrolment { proposal, picture, state, passkey, suite, .. } = enrolment;
    let replaces = state.since.is_some();
    let why = (state.required && !state.any()).then(|| {
        view! {
            <Alert tone=Tone::Warning title="Vos droits la rendent obligatoire">
                <p>"Activez-la pour instruire les demandes ou administrer le site. Cela prend deux minutes."</p>
            </Alert>
        }
    });
    let with_key = either.then(|| {
        view! {
            <h2 class="fr-h4">"Avec une clé d’accès"</h2>
            <p>"Votre téléphone, votre ordinateur ou une clé de sécurité confirmera vos connexions, sans code à recopier."</p>
            {add_form(passkey, suite, csrf)}
            <h2 class="fr-h4">"Ou avec une application d’authentification"</h2>
            <p>"Elle affiche sur votre téléphone un code à recopier à chaque connexion."</p>
        }
    });
    let account = (routes::MY_ACCOUNT.to_owned(), "Mon compte".to_owned());
    let (parents, current) = if state.any() {
        (vec![account, (routes::SECURITY.to_owned(), "Double authentification".to_owned())], title)
    } else {
        (vec![account], "Double authentification")
    };
    view! {
        <Breadcrumb parents=parents current=current />
        <ErrorSummary errors=errors />
        <PageTitle title=title lead=lead />
        {why}
        {with_key}
        {application_steps(proposal, picture, field, Steps { suite, nested: either, replaces }, csrf)}
    }
}

struct Steps<'a> {
    suite: Option<&'a str>,
    /// The steps stand under a heading of their own.
    nested: bool,
    /// The application replaces another.
    replaces: bool,
}

fn application_steps(proposal: &Proposal, picture: String, field: Field, steps: Steps<'_>, csrf: &str) -> impl IntoView + use<> {
    let Steps { suite, nested, replaces } = steps;
    let (install, scan, submit, back) = if replaces {
        (
            "1. Sur le nouveau téléphone, installez une application d’authentification",
            "2. Scannez ce code avec le nouveau téléphone",
            "Remplacer l’ancien téléphone",
            ("Annuler", routes::SECURITY),
        )
    } else {
        (
            "1. Installez une application d’authentification",
            "2. Scannez ce code avec l’application",
            "Activer",
            ("Revenir à mon compte", routes::MY_ACCOUNT),
        )
    };
    let heading = move |text: &'static str| {
        if nested { view! { <h3 class="fr-h6">{text}</h3> }.into_any() } else { view! { <h2 class="fr-h4">{text}</h2> }.into_any() }
    };
    let suite = suite.map(|path| view! { <HiddenField name=Sent::ReturnTo value=path /> });
    let secret = spaced(&proposal.secret);
    let (sealed, uri) = (proposal.sealed.clone(), proposal.uri.clone());
    view! {
        {heading(install)}
        <p>"FreeOTP, Aegis, ou celle que votre organisme recommande\u{a0}: toutes conviennent."</p>
        {heading(scan)}
        <p><img class="hb-qr" src=picture width="220" height="220" alt="Code QR à scanner. La même clé est écrite juste après." /></p>
        <p><a href=followed(uri)>"Vous lisez cette page sur le téléphone\u{a0}? Ouvrez l’application d’ici."</a></p>
        <CodeLine id="cle" label="Ou saisissez cette clé dans l’application" value=secret />
        {heading("3. Confirmez")}
        <PostForm action=routes::SECURITY csrf=csrf>
            {suite}
            <HiddenField name=Sent::Sealed value=sealed />
            <TextField field=field />
            <Buttons>
                <Button label=submit />
                <LinkButton label=back.0 href=back.1 kind=ButtonKind::Tertiary />
            </Buttons>
        </PostForm>
    }
}

/// In groups of four letters, easier to copy by hand.
fn spaced(secret: &str) -> String {
    secret.as_bytes().chunks(4).map(|part| String::from_utf8_lossy(part)).collect::<Vec<_>>().join(" ")
}

/// For somebody who has a factor. The error is shown in the form it is about; `replaced` when the application has just been
/// replaced.
pub fn security_page(
    state: &FactorState,
    error: Option<(CodeForm, &str)>,
    passkey: &PasskeyForm,
    replaced: bool,
    csrf: &str,
) -> impl IntoView + use<> {
    let of =
        |asked: CodeForm, id: &str| code_field().id(id.to_owned()).error(error.filter(|(on, _)| *on == asked).map(|(_, message)| message.to_owned()));
    let (renew, remove) = (of(CodeForm::Renew, "code-nouveaux"), of(CodeForm::Remove, "code-retrait"));
    let (name, key) = passkey.fields();
    let errors = errors_of([&name, &key, &renew, &remove]);
    view! {
        <Breadcrumb parents=vec![(routes::MY_ACCOUNT.to_owned(), "Mon compte".to_owned())] current="Double authentification" />
        {replaced.then(|| view! { <Alert tone=Tone::Success title="Votre nouveau téléphone a remplacé l’ancien" live=true /> })}
        <ErrorSummary errors=errors />
        <PageTitle title="Double authentification" lead="Elle vous demande une confirmation après votre mot de passe.">
            <Badge label="Activée" tone=Tone::Success />
        </PageTitle>
        {passkeys::section(state, passkey, csrf)}
        {application(state, remove, csrf)}
        {recovery(state, renew, csrf)}
    }
}

fn application(state: &FactorState, remove: Field, csrf: &str) -> AnyView {
    let Some(since) = state.since else {
        return view! {
            <h2 class="fr-h4">"Application d’authentification"</h2>
            <p>"Elle affiche sur votre téléphone un code à recopier. Utile quand votre clé d’accès n’est pas avec vous."</p>
            <p><LinkButton label="Ajouter une application" href=routes::SECURITY_APPLICATION kind=ButtonKind::Secondary /></p>
        }
        .into_any();
    };
    let since = format!("Activée le {}.", calendar::french_date(calendar::paris_date(since)));
    let remove = if must_stay(state.required, state.passkeys.len()) {
        let how = if state.passkeys_offered { " Pour pouvoir la retirer, ajoutez d’abord une clé d’accès." } else { "" };
        view! { <p>"C’est votre seul moyen de confirmer vos connexions, et vos droits en exigent un\u{a0}: vous pouvez la remplacer, pas la retirer."{how}</p> }
            .into_any()
    } else {
        removal(state.passkeys.is_empty(), remove, csrf)
    };
    view! {
        <h2 class="fr-h4">"Application d’authentification"</h2>
        <p>{since}" Vous changez de téléphone\u{a0}? Le nouveau remplacera l’ancien sans interruption."</p>
        <p><LinkButton label="Changer de téléphone" href=routes::SECURITY_APPLICATION kind=ButtonKind::Secondary /></p>
        {remove}
    }
    .into_any()
}

/// `last` when there is no other factor.
fn removal(last: bool, field: Field, csrf: &str) -> AnyView {
    let (summary, label) = if last { ("Désactiver la double authentification", "Désactiver") } else { ("Retirer l’application", "Retirer") };
    let (open, csrf) = (field.error.is_some(), csrf.to_owned());
    view! {
        <Details summary=summary open=open>
            <PostForm action=routes::SECURITY_REMOVE csrf=csrf>
                <TextField field=field />
                <Button label=label kind=ButtonKind::Danger />
            </PostForm>
        </Details>
    }
    .into_any()
}

fn recovery(state: &FactorState, renew: Field, csrf: &str) -> impl IntoView + use<> {
    let left = match state.codes_left {
        0 => "Il ne vous reste aucun code de secours.".to_owned(),
        1 => "Il vous reste un code de secours.".to_owned(),
        many => format!("Il vous reste {many} codes de secours."),
    };
    let (open, csrf) = (renew.error.is_some(), csrf.to_owned());
    let by_code = state.since.is_some();
    let create = if by_code || state.fresh {
        view! {
            <Details summary="Créer de nouveaux codes de secours" open=open>
                <p>"Les anciens ne fonctionneront plus."</p>
                <PostForm action=routes::SECURITY_CODES csrf=csrf>
                    {by_code.then(|| view! { <TextField field=renew /> })}
                    <Button label="Créer de nouveaux codes" kind=ButtonKind::Secondary />
                </PostForm>
            </Details>
        }
        .into_any()
    } else {
        let confirm = routes::with_return(routes::SECURITY_CONFIRM, Some(routes::SECURITY));
        view! { <p><LinkButton label="Confirmer mon identité pour en créer de nouveaux" href=confirm kind=ButtonKind::Secondary /></p> }.into_any()
    };
    view! {
        <h2 class="fr-h4">"Codes de secours"</h2>
        <p>{left}" Chacun vous laisse entrer une fois, sans votre téléphone ni votre clé."</p>
        {create}
    }
}

/// Shown once. `suite` is the page the person was going to.
pub fn recovery_page(codes: &[String], suite: Option<&str>) -> impl IntoView + use<> {
    let items = codes.iter().map(|code| view! { <li><code>{code.clone()}</code></li> }).collect_view();
    let next = suite.unwrap_or(routes::SECURITY).to_owned();
    view! {
        <Confirmation title="Notez vos codes de secours" reference=format!("{RECOVERY_CODES}\u{a0}codes, affichés une seule fois")>
            <p>"Ils vous laissent entrer si vous perdez votre téléphone ou votre clé. Chacun sert une fois."</p>
            <p>"Imprimez cette page, ou copiez-les dans un coffre à mots de passe\u{a0}: hors de votre téléphone, et loin des regards."</p>
        </Confirmation>
        <ul class="hb-codes">{items}</ul>
        <Buttons>
            <LinkButton label="Je les ai notés" href=next />
        </Buttons>
    }
}
