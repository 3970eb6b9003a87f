//! The pages of the family portal. They are those of a town’s website, and do not look like Habilis.

#[cfg(test)]
mod tests;

use domain::routes;
use leptos::prelude::*;
use ui::{
    cells,
    components::*,
    shell::{CitizenChrome, render_citizen},
};

pub use ui::shell::Theme;

/// Name of the button which asks for the data together with the identity.
pub const DATA_FIELD: &str = "donnees";
pub const EMAIL_FIELD: &str = "courriel";
pub const EMAIL_MAX: usize = 254;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub csrf: String,
    pub given_name: String,
    pub family_name: String,
    pub birthdate: String,
    pub gender: String,
    pub birthplace: String,
    pub birthcountry: String,
    pub email: String,
    pub email_error: Option<String>,
    /// The quotient familial, if it was asked for in this session.
    pub quotient: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quotient {
    pub csrf: String,
    pub value: i64,
    /// « novembre 2026 »
    pub month: String,
    pub provider: String,
    pub children: Vec<String>,
    pub bands: Vec<Band>,
}

/// A line of the canteen's tariff.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Band {
    pub name: String,
    pub range: String,
    pub price: String,
    pub yours: bool,
}

fn page<V: IntoView + 'static>(theme: Theme, title: &str, body: impl FnOnce() -> V) -> String {
    let chrome = CitizenChrome {
        title: format!("{title} — Portail famille"),
        header: "Portail famille – service de démonstration".to_owned(),
        footer: "Commune imaginaire\u{a0}: les personnes, les données et les tarifs sont fictifs.".to_owned(),
        theme,
    };
    render_citizen(chrome, body)
}

/// Shown while the keys of the portal are not installed.
pub fn not_installed_page(theme: Theme) -> String {
    page(theme, "Clés à installer", || {
        view! {
            <PageTitle title="Les clés du portail ne sont pas encore installées" />
            <p>
                "Ce portail se connecte à FranceConnect comme tout autre service\u{a0}: il lui faut un identifiant et un "
                "secret. Pour les obtenir, lancez "<code>"habilis demo seed"</code>", puis rechargez cette page."
            </p>
            <Buttons>
                <LinkButton label="Recharger la page" href=routes::DEMO_SERVICE />
                <LinkButton label="Revenir à Habilis" href=routes::HOME kind=ButtonKind::Tertiary />
            </Buttons>
        }
    })
}

pub fn home_page(theme: Theme, csrf: String) -> String {
    page(theme, "Accueil", move || {
        view! {
            <PageTitle
                title="Bienvenue sur le portail famille"
                lead="Inscrivez vos enfants à la cantine et payez le tarif qui correspond à vos revenus. Avec FranceConnect, vous n’avez ni compte à créer, ni justificatif à fournir."
            />
            <PostForm action=routes::DEMO_LOGIN csrf=csrf>
                <Buttons>
                    <Button label="S’identifier avec FranceConnect" />
                    <Button
                        label="S’identifier et transmettre mon quotient familial"
                        kind=ButtonKind::Secondary
                        name=DATA_FIELD
                        value="1"
                    />
                </Buttons>
            </PostForm>
            <Callout title="Pour essayer" level=2>
                <p>
                    "Choisissez «\u{a0}Identité de démonstration\u{a0}», puis saisissez l’identifiant "<code>"test"</code>
                    " et le mot de passe "<code>"123"</code>"."
                </p>
            </Callout>
        }
    })
}

pub fn account_page(theme: Theme, account: Account) -> String {
    let title = if account.email_error.is_some() { "Erreur\u{a0}: Mon compte" } else { "Mon compte" };
    page(theme, title, move || {
        let Account { csrf, given_name, family_name, birthdate, gender, birthplace, birthcountry, email, email_error, quotient } = account;
        let rows = vec![
            SummaryRow::text("Prénoms", given_name),
            SummaryRow::text("Nom de naissance", family_name),
            SummaryRow::text("Date de naissance", birthdate),
            SummaryRow::text("Sexe", gender),
            SummaryRow::text("Commune de naissance", birthplace),
            SummaryRow::text("Pays de naissance", birthcountry),
        ];
        let email = Field::new(EMAIL_FIELD, "Adresse électronique").hint("Vous pouvez en donner une autre.").value(email).error(email_error);
        view! {
            <ErrorSummary errors=errors_of([&email]) />
            <PageTitle title="Compte pré-rempli" lead="Votre identité vient de FranceConnect\u{a0}: vous n’avez rien à saisir." />
            <SummaryList rows=rows />
            <PostForm action=routes::DEMO_SERVICE csrf=csrf.clone()>
                <EmailField field=email />
                <Button label="Enregistrer l’adresse" kind=ButtonKind::Secondary small=true />
            </PostForm>
            {tariff(quotient, csrf.clone())}
            {logout(csrf)}
        }
    })
}

fn tariff(quotient: Option<i64>, csrf: String) -> impl IntoView {
    let known = quotient.map(|value| {
        view! { <p>"Votre quotient familial est de "{value}". "<a href=routes::DEMO_QUOTIENT>"Voir votre tarif"</a></p> }
    });
    view! {
        <section aria-labelledby="tarif">
            <h2 class="fr-h5" id="tarif">"Votre tarif de cantine"</h2>
            {known}
            <p>"Il dépend de votre quotient familial. Votre caisse (CAF ou MSA) peut nous le transmettre si vous l’acceptez."</p>
            <PostForm action=routes::DEMO_QUOTIENT csrf=csrf>
                <Buttons>
                    <Button label="Transmettre mes données avec FranceConnect" />
                </Buttons>
            </PostForm>
        </section>
    }
}

fn logout(csrf: String) -> impl IntoView {
    view! {
        <div class="fr-mt-3w">
            <PostForm action=routes::DEMO_LOGOUT csrf=csrf inline=true>
                <Button label="Se déconnecter" kind=ButtonKind::Tertiary />
            </PostForm>
        </div>
    }
}

pub fn quotient_page(theme: Theme, quotient: Quotient) -> String {
    page(theme, "Mon quotient familial", move || {
        let Quotient { csrf, value, month, provider, children, bands } = quotient;
        let yours = bands.iter().find(|band| band.yours).map(|band| (band.name.clone(), band.price.clone()));
        view! {
            <PageTitle
                title=format!("Votre quotient familial\u{a0}: {value}")
                lead=format!("Pour {month}, transmis par la {provider} avec votre accord.")
            />
            {yours.map(|(name, price)| view! {
                <Callout title=format!("Un repas à la cantine\u{a0}: {price}") level=2>
                    <p>"Vous êtes dans la tranche "{name}"."</p>
                </Callout>
            })}
            {children_list(children)}
            {tariff_table(bands)}
            <Buttons>
                <LinkButton label="Revenir à mon compte" href=routes::DEMO_SERVICE kind=ButtonKind::Secondary />
            </Buttons>
            {logout(csrf)}
        }
    })
}

fn children_list(children: Vec<String>) -> Option<impl IntoView> {
    let any = !children.is_empty();
    any.then(|| {
        let children = children.into_iter().map(|name| view! { <li>{name}</li> }).collect_view();
        view! {
            <section aria-labelledby="enfants">
                <h2 class="fr-h5" id="enfants">"Vos enfants"</h2>
                <ul>{children}</ul>
            </section>
        }
    })
}

fn tariff_table(bands: Vec<Band>) -> impl IntoView {
    let columns = vec![Column::text("Tranche"), Column::text("Quotient familial"), Column::number("Prix du repas")];
    let rows = bands
        .into_iter()
        .map(|Band { name, range, price, yours }| cells![if yours { format!("{name} (la vôtre)") } else { name }, range, price])
        .collect();
    view! { <Table id="tarifs" caption="Tarifs de la cantine" columns=columns rows=rows /> }
}

/// Says what could not be done, with a link to start again.
pub fn message_page(theme: Theme, title: &str, sentence: &str) -> String {
    let (heading, sentence) = (title.to_owned(), sentence.to_owned());
    page(theme, title, move || {
        view! {
            <PageTitle title=heading lead=sentence />
            <Buttons>
                <LinkButton label="Recommencer" href=routes::DEMO_SERVICE />
            </Buttons>
        }
    })
}
