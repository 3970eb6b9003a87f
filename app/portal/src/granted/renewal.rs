//! The page that renews a habilitation, as it is or with changes, and the one that says it was renewed.

use domain::{
    calendar::french_date,
    deadlines::{RENEWAL_GRACE_DAYS, Renewal, plus_days},
    request::Phase,
    routes,
};
use habilitation::renewals::Renewable;
use jiff::civil::Date;
use leptos::prelude::*;
use ui::components::*;
use web::request::{moved::what_moved, read::title_of};

use super::RenewalSent;

fn parents(shown: &Renewable) -> Vec<(String, String)> {
    let request = &shown.opened.request;
    vec![(routes::REQUESTS.to_owned(), "Mes demandes".to_owned()), (routes::request(request.id), title_of(&request.title))]
}

/// `error` is what is wrong with the box to tick.
pub fn renewal_page(shown: &Renewable, error: Option<String>, csrf: &str) -> impl IntoView + use<> {
    let Renewable { opened, last_day, renewal, .. } = shown;
    let numbers = shown.numbers();
    let title = match numbers.len() {
        1 => format!("Renouveler l’habilitation {}", numbers.join("")),
        _ => format!("Renouveler les habilitations {}", numbers.join(" et ")),
    };
    let rows = vec![
        SummaryRow::text("Service", opened.service.name.clone()),
        SummaryRow::text("Projet", opened.request.title.clone()),
        SummaryRow::text("Organisme", opened.organisation.name()),
        SummaryRow::text("Valable jusqu’au", french_date(*last_day)),
    ];
    let editing = !matches!(opened.request.phase, Phase::Approved { .. });
    let field =
        Field::new(RenewalSent::Unchanged, "Rien n’a changé\u{a0}: le projet, les données, les destinataires et le cadre juridique sont les mêmes")
            .error(error);
    let errors = errors_of([&field]);
    let body = match renewal {
        Renewal::Open(_) if editing => under_change(shown).into_any(),
        Renewal::Open(_) if shown.moved.is_some() => outdated(shown, csrf).into_any(),
        Renewal::Open(until) => choices(shown, *until, field, csrf).into_any(),
        Renewal::TooEarly(day) => {
            let text = format!("Le renouvellement sera possible à partir du {}. Nous vous préviendrons par courriel.", french_date(*day));
            view! { <Alert tone=Tone::Info title="Il est trop tôt pour la renouveler"><p>{text}</p></Alert> }.into_any()
        }
        Renewal::TooLate => too_late(shown).into_any(),
    };
    view! {
        <Breadcrumb parents=parents(shown) current="Renouvellement" />
        <ErrorSummary errors=errors />
        <PageTitle title=title />
        <SummaryList rows=rows />
        {body}
    }
}

fn choices(shown: &Renewable, until: Date, field: Field, csrf: &str) -> impl IntoView + use<> {
    let id = shown.opened.request.id;
    let until = french_date(until);
    let text = if shown.together.is_none() {
        format!("Elle sera prolongée jusqu’au {until}, à compter de sa fin actuelle\u{a0}: la renouveler tôt ne fait rien perdre.")
    } else {
        format!("Elles seront prolongées ensemble jusqu’au {until}, à compter de leur fin actuelle\u{a0}: les renouveler tôt ne fait rien perdre.")
    };
    let seen = shown.last_day.to_string();
    let changes = with_changes(shown, csrf);
    view! {
        <h2 class="fr-h4">"Rien n’a changé"</h2>
        <p>{text}</p>
        <PostForm action=routes::request_renewal(id) csrf=csrf.to_owned()>
            <HiddenField name=RenewalSent::LastDay value=seen />
            <CheckboxField field=field />
            <Buttons>
                <Button label=format!("Prolonger jusqu’au {until}") />
            </Buttons>
        </PostForm>
        {changes}
    }
}

/// Only a habilitation in force can be changed; after its end, it is renewed as it is or a new request is made.
fn with_changes(shown: &Renewable, csrf: &str) -> impl IntoView + use<> {
    let id = shown.opened.request.id;
    let body = if shown.opened.habilitation.is_some() {
        let csrf = csrf.to_owned();
        view! {
            <p>"Mettez votre demande à jour et transmettez-la\u{a0}: l’habilitation actuelle reste active jusqu’à la décision, dans la limite de sa durée."</p>
            <PostForm action=routes::request_reopen(id) csrf=csrf inline=true>
                <Button label="Mettre à jour ma demande" kind=ButtonKind::Secondary />
            </PostForm>
        }
        .into_any()
    } else {
        view! { <p>"Déposez une nouvelle demande\u{a0}: celle-ci ne peut plus être modifiée depuis que l’habilitation a pris fin."</p> }.into_any()
    };
    view! { <h2 class="fr-h4">"Quelque chose a changé"</h2> {body} }
}

/// The form has changed since it was granted, so that it cannot be renewed as it is.
fn outdated(shown: &Renewable, csrf: &str) -> impl IntoView + use<> {
    let moved = shown.moved.as_ref().map(|moved| what_moved(moved, None));
    let changes = with_changes(shown, csrf);
    view! {
        <Alert tone=Tone::Warning title="Le formulaire a changé depuis que l’habilitation a été délivrée">
            <p>"Elle ne peut pas être prolongée telle quelle\u{a0}: mettez votre demande à jour, puis transmettez-la."</p>
            {moved}
        </Alert>
        {changes}
    }
}

fn under_change(shown: &Renewable) -> impl IntoView + use<> {
    let id = shown.opened.request.id;
    view! {
        <Alert tone=Tone::Info title="Vous êtes en train de la modifier">
            <p>"L’habilitation qui sera délivrée à l’issue de cette mise à jour remplacera celle-ci, avec une nouvelle durée."</p>
            <LinkButton href=routes::request(id) label="Reprendre ma mise à jour" />
        </Alert>
    }
}

fn too_late(shown: &Renewable) -> impl IntoView + use<> {
    let grace = french_date(plus_days(shown.last_day, RENEWAL_GRACE_DAYS));
    let start = routes::new_request(&shown.habilitation.service);
    view! {
        <Alert tone=Tone::Warning title="Elle ne peut plus être renouvelée">
            <p>{format!("Le renouvellement était possible jusqu’au {grace}. Déposez une nouvelle demande.")}</p>
            <LinkButton href=start label="Faire une nouvelle demande" />
        </Alert>
    }
}

/// After the renewal.
pub fn renewed_page(shown: &Renewable) -> impl IntoView + use<> {
    let (id, numbers) = (shown.opened.request.id, shown.numbers());
    let (title, reference) = match numbers.len() {
        1 => (format!("Habilitation prolongée jusqu’au {}", french_date(shown.last_day)), format!("Habilitation {}", numbers.join(""))),
        _ => (format!("Habilitations prolongées jusqu’au {}", french_date(shown.last_day)), format!("Habilitations {}", numbers.join(" et "))),
    };
    let files = numbers
        .iter()
        .map(|number| {
            let label = if numbers.len() == 1 {
                "Télécharger la nouvelle attestation (PDF)".to_owned()
            } else {
                format!("Télécharger la nouvelle attestation {number} (PDF)")
            };
            view! { <p><a href=routes::request_attestation(id, number) download="">{label}</a></p> }
        })
        .collect_view();
    view! {
        <Breadcrumb parents=parents(shown) current="Renouvellement" />
        <Confirmation title=title reference=reference>
            <p>"Vos accès sont ouverts jusqu’à cette date. Un message vient de vous être envoyé par courriel."</p>
            {files}
            <p><a href=routes::request(id)>"Revenir à ma demande"</a></p>
        </Confirmation>
    }
}
