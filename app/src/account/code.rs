//! The code asked for after the password.

use domain::routes;
use leptos::prelude::*;

use crate::components::*;

/// `demonstration` is the code of the moment, given away by a demonstration for its own accounts.
pub fn code_page(error: Option<&str>, suite: Option<&str>, demonstration: Option<String>, csrf: &str) -> impl IntoView + use<> {
    let field = code_field().error(error.map(str::to_owned));
    let errors = errors_of([&field]);
    let suite = suite.map(|path| view! { <HiddenField name="suite" value=path /> });
    let given = demonstration.map(|code| {
        view! {
            <Alert tone=Tone::Info title="Compte de démonstration">
                <p>"Ce compte n’appartient à personne. Son code du moment est "<strong>{code}</strong>"."</p>
            </Alert>
        }
    });
    view! {
        <ErrorSummary errors=errors />
        <PageTitle title="Saisissez votre code" lead="Votre mot de passe est correct. Il reste à confirmer que c’est bien vous." />
        {given}
        <PostForm action=routes::SIGN_IN_CODE csrf=csrf>
            {suite}
            <TextField field=field />
            <Buttons>
                <Button label="Continuer" />
            </Buttons>
        </PostForm>
        <h2 class="fr-h6">"Vous n’avez plus votre téléphone ni vos codes de secours\u{a0}?"</h2>
        <p>"Écrivez à l’équipe Habilis\u{a0}: elle vérifiera votre identité avant de vous rouvrir l’accès."</p>
        <PostForm action=routes::SIGN_OUT csrf=csrf inline=true>
            <Button label="Me connecter avec un autre compte" kind=ButtonKind::Tertiary />
        </PostForm>
    }
}

pub(super) fn code_field() -> Field {
    Field::new("code", "Code de votre application d’authentification")
        .hint("Six chiffres, renouvelés toutes les 30\u{a0}secondes. Un code de secours convient aussi.")
        .autocomplete("one-time-code")
        .width(Width::Medium)
}
