//! The pages anybody may open: a habilitation by its number, an attestation by its code, and the form where a code is typed.
//! They name neither the applicant nor the contacts.

use domain::{calendar::french_date, routes};
use habilitation::attestations::{PublicHabilitation, Standing};
use leptos::prelude::*;
use ui::components::*;

use super::VerificationSent;

/// Shown for a code that belongs to no attestation.
pub const NOT_FOUND: &str = "Aucune attestation ne porte ce code. Vérifiez-le, ou demandez une attestation récente à l’organisme.";

fn badge(standing: Standing) -> impl IntoView {
    let (label, tone) = match standing {
        Standing::Active => ("Active", Tone::Success),
        Standing::Replaced => ("Remplacée", Tone::Warning),
        Standing::Revoked => ("Révoquée", Tone::Error),
        Standing::Expired => ("Expirée", Tone::Error),
    };
    view! { <Badge label=label tone=tone /> }
}

fn sentence(shown: &PublicHabilitation) -> String {
    let last = shown.valid_until.map(french_date);
    match (shown.standing, last) {
        (Standing::Active, Some(last)) => format!("Cette habilitation est active. Elle est valable jusqu’au {last} inclus."),
        (Standing::Active, None) => "Cette habilitation est active.".to_owned(),
        (Standing::Expired, Some(last)) => format!("Cette habilitation n’est plus valable depuis le {last}."),
        (Standing::Expired, None) => "Cette habilitation n’est plus valable.".to_owned(),
        (Standing::Replaced, _) => "Une habilitation plus récente du même projet l’a remplacée.".to_owned(),
        (Standing::Revoked, _) => "Cette habilitation a été révoquée\u{a0}: elle n’ouvre plus aucun accès.".to_owned(),
    }
}

fn facts(shown: &PublicHabilitation) -> impl IntoView + use<> {
    let end = shown.valid_until.map_or_else(|| "Sans limite de durée".to_owned(), french_date);
    let mut rows = vec![
        SummaryRow::text("Numéro", shown.number.clone()),
        SummaryRow::text("Service", shown.service.clone()),
        SummaryRow::text("Fourni par", shown.provider.clone()),
        SummaryRow::text("Organisme", shown.organisation.clone()),
        SummaryRow::text("SIRET", shown.siret.clone()),
        SummaryRow::text("Projet", shown.project.clone()),
        SummaryRow::text("Délivrée le", french_date(shown.granted_on)),
        SummaryRow::text("Valable jusqu’au", end),
    ];
    rows.extend(shown.answers.iter().map(|(label, text)| SummaryRow::text(label.clone(), text.clone())));
    view! { <SummaryList rows=rows /> }
}

fn data(shown: &PublicHabilitation) -> Option<impl IntoView + use<>> {
    let groups: Vec<_> = shown
        .groups
        .iter()
        .map(|(label, scopes)| {
            let items = scopes.iter().cloned().map(|scope| view! { <li>{scope}</li> }).collect_view();
            view! { <h3 class="fr-h6">{label.clone()}</h3> <ul>{items}</ul> }
        })
        .collect();
    (!groups.is_empty()).then(|| view! { <h2 class="fr-h4">"Les données accordées"</h2> {groups} })
}

/// The page of a habilitation found by its number.
pub fn public_page(shown: &PublicHabilitation) -> impl IntoView + use<> {
    let lead = format!("{} · {}", shown.service, shown.organisation);
    let badge = badge(shown.standing);
    view! {
        <Breadcrumb current=format!("Habilitation {}", shown.number) />
        <PageTitle title=shown.project.clone() lead=lead>{badge}</PageTitle>
        <p>{sentence(shown)}</p>
        {facts(shown)}
        {data(shown)}
        <p><a href=routes::VERIFICATION>"Vérifier une attestation"</a></p>
    }
}

/// The page of a habilitation found by the code of its attestation.
pub fn verified_page(shown: &PublicHabilitation, code: &str) -> impl IntoView + use<> {
    let title = format!("Attestation de l’habilitation {}", shown.number);
    let tone = if shown.standing == Standing::Active { Tone::Success } else { Tone::Warning };
    let known = if shown.standing == Standing::Active { "Attestation authentique et valable" } else { "Attestation authentique, mais plus valable" };
    let (badge, sentence, code) = (badge(shown.standing), sentence(shown), code.to_owned());
    view! {
        <Breadcrumb
            parents=vec![(routes::VERIFICATION.to_owned(), "Vérifier une attestation".to_owned())]
            current=format!("Habilitation {}", shown.number)
        />
        <PageTitle title=title>{badge}</PageTitle>
        <Alert tone=tone title=known>
            <p>{sentence}</p>
        </Alert>
        <p>"Comparez avec le document que vous avez en main\u{a0}: tout doit être identique."</p>
        {facts(shown)}
        <p>"Code vérifié\u{a0}: "<strong>{code}</strong></p>
        <p><a href=routes::VERIFICATION>"Vérifier une autre attestation"</a></p>
    }
}

/// The form where the code of an attestation is typed.
pub fn verification_page(typed: &str, error: Option<String>, csrf: &str) -> impl IntoView + use<> {
    let field = Field::new(VerificationSent::Code, "Code de vérification")
        .hint("16\u{a0}lettres et chiffres, au bas de l’attestation. Exemple\u{a0}: 7Q4K-29XM-3RTV-8W5C")
        .value(typed)
        .error(error)
        .autocomplete("off")
        .width(Width::Medium);
    let errors = errors_of([&field]);
    view! {
        <Breadcrumb current="Vérifier une attestation" />
        <ErrorSummary errors=errors />
        <PageTitle
            title="Vérifier une attestation"
            lead="Un organisme vous présente une attestation d’habilitation\u{a0}? Son code dit si elle est authentique et toujours valable."
        />
        <PostForm action=routes::VERIFICATION csrf=csrf.to_owned()>
            <TextField field=field />
            <Buttons>
                <Button label="Vérifier" />
            </Buttons>
        </PostForm>
    }
}
