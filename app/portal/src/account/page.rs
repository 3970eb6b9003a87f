//! The pages to sign in and to sign up, and the one that asks to look at the mailbox.

use domain::routes;
use leptos::prelude::*;
use ui::{components::*, named::Named};

use super::Sent;

/// What was typed, and what is wrong with it. Passwords are never given back.
#[derive(Clone, Debug, Default)]
pub struct AccountForm {
    pub csrf: String,
    pub given_name: String,
    pub family_name: String,
    pub email: String,
    /// The session this browser had is over.
    pub ended: bool,
    /// Tried too often: when to come back, in a sentence.
    pub limited: Option<String>,
    /// A sentence for each field to correct, by its name.
    pub errors: Vec<(&'static str, String)>,
}

impl AccountForm {
    fn field(&self, sent: Sent, label: &str, value: &str) -> Field {
        let error = self.errors.iter().find(|(field, _)| *field == sent.as_str()).map(|(_, message)| message.clone());
        Field::new(sent, label).value(value).error(error)
    }

    pub fn given_name(&self) -> Field {
        self.field(Sent::GivenName, "Prénom", &self.given_name).autocomplete("given-name")
    }

    pub fn family_name(&self) -> Field {
        self.field(Sent::FamilyName, "Nom", &self.family_name).autocomplete("family-name")
    }

    pub fn email(&self) -> Field {
        self.field(Sent::Email, "Adresse électronique", &self.email).autocomplete("username")
    }

    pub fn current_password(&self) -> Field {
        self.field(Sent::Password, "Mot de passe", "").autocomplete("current-password")
    }

    /// Its hint tells the rules beforehand.
    pub fn new_password(&self, min: usize) -> Field {
        self.field(Sent::Password, "Mot de passe", "")
            .hint(format!("{min}\u{a0}caractères au moins\u{a0}: plusieurs mots sans lien entre eux, ni avec vous. Une phrase convient très bien."))
            .autocomplete("new-password")
    }
}

/// `suite` is the page the person was going to.
pub fn sign_in(form: &AccountForm, suite: Option<&str>) -> impl IntoView + use<> {
    let (email, password) = (form.email(), form.current_password());
    let errors = errors_of([&email, &password]);
    let sign_up = routes::with_return(routes::SIGN_UP, suite);
    let ended = form.ended.then(|| {
        let next = if suite.is_some() { "Reconnectez-vous\u{a0}: vous reviendrez à la page demandée." } else { "Reconnectez-vous pour continuer." };
        view! { <Alert tone=Tone::Info title="Votre session a expiré"><p>{next}</p></Alert> }
    });
    let limited = form.limited.clone().map(|title| {
        view! {
            <Alert tone=Tone::Error title=title live=true>
                <p>"Vous pouvez toujours choisir un nouveau mot de passe\u{a0}: "<a href=routes::FORGOTTEN>"«\u{a0}Mot de passe oublié\u{a0}?\u{a0}»"</a></p>
            </Alert>
        }
    });
    let suite = suite.map(|path| view! { <HiddenField name=Sent::ReturnTo value=path /> });
    view! {
        <ErrorSummary errors=errors />
        {limited}
        <PageTitle title="Se connecter" />
        {ended}
        <PostForm action=routes::SIGN_IN csrf=form.csrf.clone()>
            {suite}
            <EmailField field=email />
            <PasswordField field=password />
            <p><a href=routes::FORGOTTEN>"Mot de passe oublié\u{a0}?"</a></p>
            <Buttons>
                <Button label="Se connecter" />
            </Buttons>
        </PostForm>
        <h2>"Vous n’avez pas de compte\u{a0}?"</h2>
        <p>"Il suffit d’une adresse électronique professionnelle."</p>
        <Buttons>
            <LinkButton label="Créer un compte" href=sign_up kind=ButtonKind::Secondary />
        </Buttons>
    }
}

/// Asks for no password: it is chosen behind the link sent to the address, by the person who reads its mailbox.
pub fn sign_up(form: &AccountForm, suite: Option<&str>) -> impl IntoView + use<> {
    let (given, family) = (form.given_name(), form.family_name());
    let email = form.email().hint("Votre adresse professionnelle. Exemple\u{a0}: nom@collectivite.fr");
    let errors = errors_of([&given, &family, &email]);
    let sign_in = routes::with_return(routes::SIGN_IN, suite);
    let suite = suite.map(|path| view! { <HiddenField name=Sent::ReturnTo value=path /> });
    view! {
        <ErrorSummary errors=errors />
        <PageTitle title="Créer un compte" lead="Un courriel vous demandera de confirmer votre adresse et de choisir votre mot de passe." />
        <PostForm action=routes::SIGN_UP csrf=form.csrf.clone()>
            {suite}
            <TextField field=given />
            <TextField field=family />
            <EmailField field=email />
            <Buttons>
                <Button label="Créer mon compte" />
            </Buttons>
        </PostForm>
        <p>"Déjà un compte\u{a0}? "<a href=followed(sign_in)>"Se connecter"</a></p>
    }
}

/// The mail that was ordered. The page does not tell whether the address has an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailed {
    SignUp,
    Reset,
}

pub fn check_mailbox(mailed: Mailed, demo: bool) -> impl IntoView {
    let (lead, what, again) = match mailed {
        Mailed::SignUp => {
            ("Un courriel part vers l’adresse indiquée.", "Ouvrez son lien dans les 24\u{a0}heures pour choisir votre mot de passe.", routes::SIGN_UP)
        }
        Mailed::Reset => (
            "Si cette adresse a un compte, un courriel part à l’instant.",
            "Ouvrez son lien dans l’heure pour choisir un nouveau mot de passe.",
            routes::FORGOTTEN,
        ),
    };
    let mailbox = demo.then(|| {
        view! {
            <Buttons>
                <LinkButton label="Ouvrir la boîte de démonstration" href=routes::MAILBOX />
            </Buttons>
        }
    });
    view! {
        <PageTitle title="Consultez votre messagerie" lead=lead />
        <p>{what}</p>
        {mailbox}
        <p>"Rien reçu au bout de quelques minutes\u{a0}? Regardez dans les indésirables, vérifiez l’adresse, puis "<a href=followed(again)>"recommencez"</a>"."</p>
    }
}

#[cfg(test)]
mod tests;
