//! The page that asks for a proof of identity, after the password or again before a sensitive act: a passkey, a code, or the password
//! of somebody without a second factor.

use domain::routes;
use habilitation::factors::AtHand;
use leptos::prelude::*;
use ui::{components::*, fields, passkey::PasskeyButton};

use crate::{
    error::Again,
    proof::resumed::{About, page_of, told},
};

/// Which kind of proof was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofField {
    Code,
    Passkey,
    Password,
}

fields! {
    /// What the forms of this page send.
    pub enum Sent {
        Code = "code",
        Password = "password",
        ReturnTo = "suite",
        /// The address of the form that waits for the proof.
        Resumed = "reprise",
    }
}

/// Prefix of the hidden fields that hold the form waiting for the proof.
pub const RESUMED_FIELD: &str = "reprise.";

#[derive(Clone, Debug, Default)]
pub struct CodeForm<'a> {
    pub at_hand: AtHand,
    pub error: Option<(ProofField, String)>,
    /// Where the person was going.
    pub suite: Option<&'a str>,
    /// The current code, displayed on a demonstration for its own accounts.
    pub demonstration: Option<String>,
    /// Asked again from a person who is already signed in.
    pub again: bool,
    /// The form that was sent without a recent proof, to be offered again afterwards.
    pub resumed: Option<Again>,
    /// Names to show instead of the ids in that form.
    pub about: About,
}

impl CodeForm<'_> {
    /// The page needs its script.
    pub fn has_island(&self) -> bool {
        self.at_hand.passkeys
    }

    pub fn title(&self) -> &'static str {
        if self.at_hand.passkeys || self.again { "Confirmez que c’est bien vous" } else { "Saisissez votre code" }
    }

    fn error(&self, of: ProofField) -> Option<String> {
        self.error.as_ref().filter(|(shown, _)| *shown == of).map(|(_, message)| message.clone())
    }
}

pub fn code_page(form: &CodeForm<'_>, csrf: &str) -> impl IntoView + use<> {
    let AtHand { application, passkeys, password } = form.at_hand;
    let (field, shown) = match (application, password) {
        (true, _) => (code_field(), ProofField::Code),
        (false, true) => (password_field(), ProofField::Password),
        (false, false) => (recovery_field(), ProofField::Code),
    };
    let field = field.error(form.error(shown));
    let key = Field::new(PASSKEY_BUTTON, "").error(form.error(ProofField::Passkey));
    let errors = errors_of([&key, &field]);
    let hidden = || {
        let suite = form.suite.map(str::to_owned).map(|path| view! { <HiddenField name=Sent::ReturnTo value=path /> });
        let resumed = form.resumed.clone().map(|Again { action, fields }| {
            let fields = fields.into_iter().map(|(name, value)| view! { <HiddenField name=format!("{RESUMED_FIELD}{name}") value=value /> });
            view! { <HiddenField name=Sent::Resumed value=action /> {fields.collect_view()} }
        });
        view! { {suite} {resumed} }
    };
    let (in_key, in_code, said) = (hidden(), hidden(), key_error(&key));
    let given = form.demonstration.clone().map(|code| {
        view! {
            <Alert tone=Tone::Info title="Compte de démonstration">
                <p>"Ce compte n’appartient à personne. Son code du moment est "<strong>{code}</strong>"."</p>
            </Alert>
        }
    });
    let (by_key, by_code) =
        if form.again { (routes::SECURITY_CONFIRM_PASSKEY, routes::SECURITY_CONFIRM) } else { (routes::SIGN_IN_PASSKEY, routes::SIGN_IN_CODE) };
    let lead = if form.again {
        "Prouvez de nouveau votre identité pour continuer. Cette confirmation vaut quinze minutes."
    } else {
        "Votre mot de passe est correct. Il reste à confirmer que c’est bien vous."
    };
    let with_key = passkeys.then(|| {
        let instead = if application { "un code" } else { "un code de secours" };
        let without_script = format!("Une clé d’accès a besoin de JavaScript, que votre navigateur n’exécute pas. Utilisez {instead} à la place.");
        view! {
            <h2 class="fr-h4">"Avec une clé d’accès"</h2>
            <div class="hb-scripted">
                <PostForm action=by_key csrf=csrf>
                    {in_key}
                    {said}
                    <PasskeyButton id=PASSKEY_BUTTON.to_owned() label="Utiliser ma clé d’accès".to_owned() />
                </PostForm>
            </div>
            <noscript>
                <p>{without_script}</p>
            </noscript>
            <h2 class="fr-h4">{if application { "Avec un code" } else { "Avec un code de secours" }}</h2>
        }
    });
    let kind = if passkeys { ButtonKind::Secondary } else { ButtonKind::Primary };
    let csrf_out = csrf.to_owned();
    let again = form.again;
    let told = form.resumed.as_ref().and_then(|waiting| told(waiting, &form.about));
    let (cancel, back) = match &form.resumed {
        Some(waiting) => ("Annuler", page_of(waiting)),
        None => ("Revenir à mon compte", routes::MY_ACCOUNT.to_owned()),
    };
    let rest = (!again).then(|| {
        view! {
            <h2 class="fr-h6">"Vous n’avez plus votre téléphone ni vos codes de secours\u{a0}?"</h2>
            <p>"Prévenez l’administration d’Habilis\u{a0}: elle vérifiera votre identité avant de vous rouvrir l’accès."</p>
            <PostForm action=routes::SIGN_OUT csrf=csrf_out inline=true>
                <Button label="Me connecter avec un autre compte" kind=ButtonKind::Tertiary />
            </PostForm>
        }
    });
    view! {
        <ErrorSummary errors=errors />
        <PageTitle title=form.title() lead=lead />
        {told}
        {given}
        {with_key}
        <PostForm action=by_code csrf=csrf>
            {in_code}
            {if shown == ProofField::Password { view! { <PasswordField field=field /> }.into_any() } else { view! { <TextField field=field /> }.into_any() }}
            <Buttons>
                <Button label="Continuer" kind=kind />
                {again.then(|| view! { <LinkButton label=cancel href=back kind=ButtonKind::Tertiary /> })}
            </Buttons>
        </PostForm>
        {rest}
    }
}

/// The id of the button, to which the summary of errors leads.
pub const PASSKEY_BUTTON: &str = "cle-acces";

pub fn key_error(key: &Field) -> impl IntoView + use<> {
    key.error.clone().map(|message| view! { <p class="fr-error-text">{message}</p> })
}

pub fn code_field() -> Field {
    Field::new(Sent::Code, "Code de votre application d’authentification")
        .hint("Six chiffres, renouvelés toutes les 30\u{a0}secondes. Un code de secours convient aussi.")
        .autocomplete("one-time-code")
        .width(Width::Medium)
}

fn password_field() -> Field {
    Field::new(Sent::Password, "Votre mot de passe").autocomplete("current-password").width(Width::Medium)
}

fn recovery_field() -> Field {
    Field::new(Sent::Code, "Code de secours")
        .hint("Un de ceux que vous avez notés en activant la double authentification. Chacun sert une fois.")
        .autocomplete("one-time-code")
        .width(Width::Medium)
}

/// Shown after the proof: the form that waited for it, with the button that sends it.
pub fn resume_page(resumed: Again, about: &About, csrf: &str) -> impl IntoView + use<> {
    let (told, back) = (told(&resumed, about), page_of(&resumed));
    let Again { action, fields } = resumed;
    let fields = fields.into_iter().map(|(name, value)| view! { <HiddenField name=name value=value /> }).collect_view();
    view! {
        <PageTitle title="C’est confirmé" lead="Vérifiez ce que vous allez faire, puis envoyez-le." />
        {told}
        <PostForm action=action csrf=csrf.to_owned()>
            {fields}
            <Buttons>
                <Button label="Envoyer" />
                <LinkButton label="Annuler" href=back kind=ButtonKind::Tertiary />
            </Buttons>
        </PostForm>
    }
}
