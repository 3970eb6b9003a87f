//! The pages of one-time links. Mail scanners open them as well as people: opening one changes nothing, its button does.

use domain::routes;
use leptos::prelude::*;
use ui::components::*;

use crate::account::{Sent, page::AccountForm};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    Confirm,
    Reset,
    Invitation,
}

/// Shows the names given when signing up: the person who reads the mailbox corrects them, and chooses the password.
pub fn confirm(token: &str, form: &AccountForm, password_min: usize, suite: Option<&str>) -> impl IntoView + use<> {
    let suite = suite.map(|path| view! { <HiddenField name=Sent::ReturnTo value=path /> });
    let email = form.email().disabled(true);
    let (given, family, password) = (form.given_name(), form.family_name(), form.new_password(password_min));
    let errors = errors_of([&given, &family, &password]);
    view! {
        <ErrorSummary errors=errors />
        <PageTitle title="Confirmez votre adresse" lead="Vérifiez votre nom et choisissez votre mot de passe\u{a0}: vous serez connecté aussitôt." />
        <PostForm action=routes::confirm_email(token) csrf=form.csrf.clone()>
            {suite}
            <EmailField field=email />
            <TextField field=given />
            <TextField field=family />
            <PasswordField field=password />
            <Buttons>
                <Button label="Confirmer mon adresse" />
            </Buttons>
        </PostForm>
    }
}

pub fn forgotten(form: &AccountForm) -> impl IntoView + use<> {
    let email = form.email().hint("Celle de votre compte Habilis.");
    let errors = errors_of([&email]);
    view! {
        <ErrorSummary errors=errors />
        <PageTitle title="Mot de passe oublié" lead="Nous vous enverrons un lien pour en choisir un nouveau." />
        <PostForm action=routes::FORGOTTEN csrf=form.csrf.clone()>
            <EmailField field=email />
            <Buttons>
                <Button label="Recevoir le lien" />
                <LinkButton label="Revenir à la connexion" href=routes::SIGN_IN kind=ButtonKind::Tertiary />
            </Buttons>
        </PostForm>
    }
}

pub fn reset(token: &str, form: &AccountForm, password_min: usize) -> impl IntoView + use<> {
    let password = Field { label: "Nouveau mot de passe".to_owned(), ..form.new_password(password_min) };
    let errors = errors_of([&password]);
    view! {
        <ErrorSummary errors=errors />
        <PageTitle title="Choisissez un nouveau mot de passe" lead="Vos autres sessions seront fermées." />
        <PostForm action=routes::reset(token) csrf=form.csrf.clone()>
            <PasswordField field=password />
            <Buttons>
                <Button label="Enregistrer et me connecter" />
            </Buttons>
        </PostForm>
    }
}

/// `by` is the organisation that named the person, `service` the public name of the service. Somebody whose address is `known`
/// has an account and gives its password.
pub fn invitation(token: &str, form: &AccountForm, (by, service): (&str, &str), known: bool, password_min: usize) -> impl IntoView + use<> {
    let words = if known {
        ("Cette adresse a déjà un compte Habilis. Saisissez son mot de passe pour y ajouter ce service.", "Me connecter et ouvrir mes accès")
    } else {
        ("Créez votre compte pour trouver vos clés de test et déclarer vos adresses de retour.", "Créer mon compte et ouvrir mes accès")
    };
    let lead = format!("{by} vous a désigné responsable technique de «\u{a0}{service}\u{a0}».");
    invited(token, form, known, password_min, ("Ouvrez vos accès de test", lead), words)
}

/// `by` is the applicant, `title` the name of the project, which may still be empty.
pub fn co_edit_invitation(token: &str, form: &AccountForm, (by, title): (&str, &str), known: bool, password_min: usize) -> impl IntoView + use<> {
    let words = if known {
        ("Cette adresse a déjà un compte Habilis. Saisissez son mot de passe pour ouvrir cette demande.", "Me connecter et ouvrir la demande")
    } else {
        ("Créez votre compte pour compléter cette demande à plusieurs.", "Créer mon compte et ouvrir la demande")
    };
    let lead = if title.is_empty() {
        format!("{by} vous invite à compléter une demande.")
    } else {
        format!("{by} vous invite à compléter la demande «\u{a0}{title}\u{a0}».")
    };
    invited(token, form, known, password_min, ("Participez à une demande", lead), words)
}

fn invited(
    token: &str,
    form: &AccountForm,
    known: bool,
    password_min: usize,
    (title, lead): (&'static str, String),
    (intro, label): (&'static str, &'static str),
) -> impl IntoView + use<> {
    let email = Field { autocomplete: Some("username"), ..form.email() }.disabled(true);
    let (given, family) = (form.given_name(), form.family_name());
    let password = if known { form.current_password() } else { form.new_password(password_min) };
    let errors = if known { errors_of([&password]) } else { errors_of([&given, &family, &password]) };
    let names = (!known).then(|| view! { <TextField field=given /> <TextField field=family /> });
    let forgotten = known.then(|| view! { <p><a href=routes::FORGOTTEN>"Mot de passe oublié\u{a0}?"</a></p> });
    view! {
        <ErrorSummary errors=errors />
        <PageTitle title=title lead=lead />
        <p>{intro}</p>
        <PostForm action=routes::invitation(token) csrf=form.csrf.clone()>
            <EmailField field=email />
            {names}
            <PasswordField field=password />
            {forgotten}
            <Buttons>
                <Button label=label />
            </Buttons>
        </PostForm>
    }
}

/// For a link already used, expired, or cut by a mail program.
pub fn dead_link(kind: LinkKind) -> impl IntoView {
    let (advice, label, href) = match kind {
        LinkKind::Confirm => {
            ("Votre compte est déjà ouvert\u{a0}? Connectez-vous. Sinon, recevez un nouveau lien.", "Recevoir un nouveau lien", routes::SIGN_UP)
        }
        LinkKind::Reset => ("Demandez un nouveau lien\u{a0}: il sera valable une heure.", "Recevoir un nouveau lien", routes::FORGOTTEN),
        LinkKind::Invitation => (
            "Vous avez déjà ouvert vos accès\u{a0}? Connectez-vous. Sinon, prévenez l’organisme qui vous a désigné.",
            "Se connecter",
            routes::SIGN_IN,
        ),
    };
    view! {
        <PageTitle title="Ce lien ne fonctionne plus" lead="Il a déjà servi, il a expiré, ou il est incomplet." />
        <p>{advice}</p>
        <Buttons>
            <LinkButton label=label href=href />
            <LinkButton label="Revenir à l’accueil" href=routes::HOME kind=ButtonKind::Tertiary />
        </Buttons>
    }
}
