//! The page « Mon compte », with links to the second factor, the notifications and the personal data.

use domain::{calendar, phone::shown as shown_phone, routes};
use habilitation::own_account::{Identity, OwnAccount, Session};
use leptos::prelude::*;
use ui::{cells, components::*, named::Named};

use super::{Sent, Verb};

/// What was typed in one of the forms, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct OwnForm {
    /// As typed, when the form of the identity was sent.
    pub identity: Option<Identity>,
    pub errors: Vec<(&'static str, String)>,
}

/// What has just been done, said at the top of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnDone {
    Identity,
    Password,
    Sessions,
}

impl OwnDone {
    pub const ALL: [Self; 3] = [Self::Identity, Self::Password, Self::Sessions];

    /// The value of the `fait` parameter in the address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "coordonnees",
            Self::Password => "mot-de-passe",
            Self::Sessions => "sessions",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::Identity => "Coordonnées enregistrées",
            Self::Password => "Mot de passe modifié, autres sessions fermées",
            Self::Sessions => "Session fermée",
        }
    }
}

/// `factor` is whether a second factor is in force.
pub fn own_page(own: &OwnAccount, factor: bool, form: &OwnForm, done: Option<OwnDone>, password_min: usize, csrf: &str) -> impl IntoView + use<> {
    let account = &own.account;
    let typed = form.identity.clone().unwrap_or_else(|| Identity {
        given_name: account.given_name.clone(),
        family_name: account.family_name.clone(),
        phone: account.phone.clone(),
    });
    let field = |sent: Sent, label: &str| {
        Field::new(sent, label).error(form.errors.iter().find(|(field, _)| *field == sent.as_str()).map(|(_, message)| message.clone()))
    };
    let given = field(Sent::GivenName, "Prénom").value(typed.given_name).autocomplete("given-name");
    let family = field(Sent::FamilyName, "Nom").value(typed.family_name).autocomplete("family-name");
    let phone = field(Sent::Phone, "Téléphone").value(shown_phone(&typed.phone)).optional();
    let current = field(Sent::CurrentPassword, "Mot de passe actuel").autocomplete("current-password");
    let new = field(Sent::Password, "Nouveau mot de passe")
        .hint(format!(
            "{password_min}\u{a0}caractères au moins\u{a0}: plusieurs mots sans lien entre eux, ni avec vous. Une phrase convient très bien."
        ))
        .autocomplete("new-password");
    let errors = errors_of([&given, &family, &phone, &current, &new]);
    let done = done.map(|done| view! { <Alert tone=Tone::Success title=done.sentence() live=true /> });
    let (state, link) = if factor {
        ("Elle est activée\u{a0}: une confirmation vous est demandée à chaque connexion.", "Gérer la double authentification")
    } else {
        ("Elle n’est pas activée\u{a0}: votre mot de passe suffit pour se connecter.", "Activer la double authentification")
    };
    view! {
        {done}
        <ErrorSummary errors=errors />
        <PageTitle title="Mon compte" lead=account.email.clone() />
        <h2 class="fr-h4">"Mes coordonnées"</h2>
        <PostForm action=routes::MY_ACCOUNT csrf=csrf>
            <TextField field=given />
            <TextField field=family />
            <TelField field=phone />
            <Buttons><Button label="Enregistrer mes coordonnées" /></Buttons>
        </PostForm>
        <h2 class="fr-h4">"Double authentification"</h2>
        <p>{state}</p>
        <p><LinkButton label=link href=routes::SECURITY kind=ButtonKind::Secondary /></p>
        <h2 class="fr-h4">"Mot de passe"</h2>
        <PostForm action=routes::MY_PASSWORD csrf=csrf>
            <PasswordField field=current />
            <PasswordField field=new />
            <Buttons><Button label="Changer mon mot de passe" kind=ButtonKind::Secondary /></Buttons>
        </PostForm>
        <h2 class="fr-h4">"Mes courriels"</h2>
        <p>"Les courriels dont vous pouvez vous passer."</p>
        <p><LinkButton label="Choisir mes notifications" href=routes::NOTIFICATIONS kind=ButtonKind::Secondary /></p>
        <h2 class="fr-h4">"Mes données"</h2>
        <p>"En obtenir une copie, ou supprimer votre compte."</p>
        <p><LinkButton label="Voir mes données" href=routes::MY_DATA kind=ButtonKind::Secondary /></p>
        {sessions(own, csrf)}
    }
}

fn sessions(own: &OwnAccount, csrf: &str) -> impl IntoView + use<> {
    let rows = own.sessions.iter().map(|session| row(session, own.current == Some(session.id), csrf)).collect::<Vec<_>>();
    let columns = vec![Column::text("Navigateur"), Column::text("Ouverte le"), Column::text("Dernière utilisation"), Column::hidden("Action")];
    let csrf = csrf.to_owned();
    let others = (own.sessions.len() > 1).then(|| {
        view! {
            <PostForm action=routes::MY_SESSIONS csrf=csrf inline=true>
                <HiddenField name=Sent::Session value=Verb::EndOthers />
                <Button label="Fermer toutes les autres sessions" kind=ButtonKind::Secondary />
            </PostForm>
        }
    });
    view! {
        <h2 class="fr-h4" id="sessions">"Mes sessions"</h2>
        <p>"Une session dure douze heures au plus. Fermez celles que vous ne reconnaissez pas, puis changez de mot de passe."</p>
        <Table id="mes-sessions" caption="Mes sessions" caption_hidden=true columns=columns rows=rows />
        {others}
    }
}

fn row(session: &Session, current: bool, csrf: &str) -> Vec<AnyView> {
    let browser = if session.browser.is_empty() { "Navigateur inconnu".to_owned() } else { session.browser.clone() };
    let opened = calendar::french_moment(session.created_at);
    let action = if current {
        view! { <Badge label="Cette session" tone=Tone::Info /> }.into_any()
    } else {
        let (csrf, id) = (csrf.to_owned(), session.id.to_string());
        let about = format!("{browser}, ouverte le {opened}");
        view! {
            <PostForm action=routes::MY_SESSIONS csrf=csrf inline=true>
                <HiddenField name=Sent::Session value=id />
                <Button label="Fermer" kind=ButtonKind::Tertiary small=true about=about />
            </PostForm>
        }
        .into_any()
    };
    cells![browser, opened, calendar::french_moment(session.last_used_at), action]
}
