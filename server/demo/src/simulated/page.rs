//! The pages of the simulated identity provider: its login form, which lists the fictitious people, and the end of the session.

use broker::simulated::fields;
use leptos::prelude::*;
use ui::{
    components::{Button, ButtonKind, Buttons, Callout, ErrorSummary, Field, HiddenField, PageTitle, PasswordField, TextField, errors_of},
    shell::{CitizenChrome, Theme, render_citizen},
};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SimulatedLogin {
    pub action: String,
    /// The authorization request, sealed, sent back with the form.
    pub request: String,
    /// As typed.
    pub login: String,
    pub refused: bool,
    pub suggestions: Vec<Suggestion>,
    pub password: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suggestion {
    pub login: String,
    pub name: String,
    pub shows: String,
}

pub fn simulated_login_page(theme: Theme, page: SimulatedLogin) -> String {
    let title = if page.refused { "Erreur\u{a0}: Connexion à Identité de démonstration" } else { "Connexion à Identité de démonstration" };
    simulated_page(theme, title, move || {
        let SimulatedLogin { action, request, login, refused, suggestions, password } = page;
        let wrong = refused.then(|| "L’identifiant ou le mot de passe n’est pas le bon.".to_owned());
        let login = Field::new(fields::LOGIN, "Identifiant").value(login).error(wrong).autocomplete("off").maxlength(100);
        let secret = Field::new(fields::PASSWORD, "Mot de passe").autocomplete("off").maxlength(100);
        view! {
            <ErrorSummary errors=errors_of([&login]) />
            <PageTitle title="Connexion à Identité de démonstration" lead="Ce fournisseur d’identité est simulé\u{a0}: n’y saisissez jamais un vrai mot de passe." />
            <form class="hb-form" method="post" action=action novalidate>
                <HiddenField name=fields::REQUEST value=request />
                <TextField field=login />
                <PasswordField field=secret />
                <Buttons>
                    <Button label="Se connecter" />
                    <Button label="Annuler" name=fields::CANCEL value="1" kind=ButtonKind::Secondary />
                </Buttons>
            </form>
            {help(suggestions, password)}
        }
    })
}

fn help(suggestions: Vec<Suggestion>, password: String) -> impl IntoView {
    let people = suggestions
        .into_iter()
        .map(|Suggestion { login, name, shows }| view! { <li><code>{login}</code>"\u{a0}: "{name}", "{shows}</li> })
        .collect_view();
    view! {
        <Callout title="Personnes fictives à essayer" level=2>
            <p>"Le mot de passe est toujours "<code>{password}</code>"."</p>
            <ul>{people}</ul>
        </Callout>
    }
}

pub fn simulated_logged_out_page(theme: Theme) -> String {
    simulated_page(theme, "Vous êtes déconnecté", || view! { <PageTitle title="Vous êtes déconnecté" lead="Vous pouvez fermer cette page." /> })
}

fn simulated_page<V: IntoView + 'static>(theme: Theme, title: &str, body: impl FnOnce() -> V) -> String {
    render_citizen(CitizenChrome { title: title.to_owned(), header: "Identité de démonstration".to_owned(), theme, ..CitizenChrome::default() }, body)
}

#[cfg(test)]
mod tests {
    use scraper::{Html, Selector};
    use ui::shell::Theme;

    use super::*;

    fn texts(html: &str, selector: &str) -> Vec<String> {
        let page = Html::parse_document(html);
        let selector = Selector::parse(selector).expect("the selectors of these tests are valid");
        page.select(&selector).map(|node| node.text().collect::<String>().trim().to_owned()).collect()
    }

    #[test]
    fn a_refused_login_keeps_what_was_typed_but_the_password() {
        let page = SimulatedLogin { login: "tset".into(), refused: true, password: "123".into(), ..SimulatedLogin::default() };
        let html = simulated_login_page(Theme::Own, page);
        assert!(html.contains(r#"value="tset""#));
        assert_eq!(texts(&html, ".fr-error-text"), ["L’identifiant ou le mot de passe n’est pas le bon."]);
        assert_eq!(texts(&html, "h1"), ["Connexion à Identité de démonstration"]);
    }
}
