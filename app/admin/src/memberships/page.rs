//! The page of the memberships: those to verify, or those already verified.

use domain::{calendar, routes};
use habilitation::{
    memberships::MembershipLine,
    requests::{PAGE, Page},
};
use leptos::prelude::*;
use ui::components::*;

use super::{Decision, Sent};
use crate::shared::way;

/// What the page shows beside its lines.
#[derive(Debug, Clone, Default)]
pub struct MembershipList {
    pub verified: bool,
    pub number: u32,
    /// The key of the line whose decision was refused, the reason typed, and the error message.
    pub refused: Option<(String, String, String)>,
    pub done: bool,
}

pub fn page(page: Page<MembershipLine>, list: &MembershipList, csrf: &str) -> impl IntoView + use<> {
    let pages = u32::try_from(page.total.div_ceil(PAGE)).unwrap_or(u32::MAX);
    let lead = match (list.verified, page.total) {
        (false, 0) => "Aucun rattachement à vérifier.".to_owned(),
        (false, 1) => "Un rattachement à vérifier.".to_owned(),
        (false, many) => format!("{many} rattachements à vérifier, le plus ancien d’abord."),
        (true, 0) => "Aucun rattachement vérifié.".to_owned(),
        (true, 1) => "Un rattachement vérifié.".to_owned(),
        (true, many) => format!("{many} rattachements vérifiés, le plus récent d’abord."),
    };
    let (other, label) = if list.verified {
        (routes::MEMBERSHIPS.to_owned(), "Voir ceux à vérifier")
    } else {
        (format!("{}?etat=verifies", routes::MEMBERSHIPS), "Voir ceux qui sont vérifiés")
    };
    let base = if list.verified { format!("{}?etat=verifies&page=", routes::MEMBERSHIPS) } else { format!("{}?page=", routes::MEMBERSHIPS) };
    let errors = list.refused.iter().map(|(line, _, why)| ErrorLink::new(reason_id(line), why.clone())).collect::<Vec<_>>();
    let lines: Vec<AnyView> = page.items.iter().map(|line| one(line, list, csrf)).collect();
    view! {
        <Breadcrumb parents=way(&[]) current="Rattachements" />
        <ErrorSummary errors=errors />
        {list.done.then(|| view! { <Alert tone=Tone::Success title="Décision enregistrée" live=true><p>"La personne est prévenue par courriel."</p></Alert> })}
        <PageTitle title="Rattachements" lead=lead />
        <p><a href=followed(other)>{label}</a></p>
        {lines}
        <Pagination current=list.number total=pages base=base />
    }
}

/// What names a membership in its form, and in the ids of its controls.
fn key(line: &MembershipLine) -> String {
    format!("{}.{}", line.account, line.organisation)
}

fn reason_id(key: &str) -> String {
    format!("motif-{}", key.replace('.', "-"))
}

fn one(line: &MembershipLine, list: &MembershipList, csrf: &str) -> AnyView {
    let day = |at| calendar::french_date(calendar::paris_date(at));
    let this = key(line);
    let refused = list.refused.as_ref().filter(|(other, _, _)| *other == this);
    let (label, button, kind) = if line.verified {
        ("Motif de l’annulation", "Annuler la vérification", ButtonKind::Danger)
    } else {
        ("Justification", "Vérifier ce rattachement", ButtonKind::Primary)
    };
    let field = Field::new(Sent::Reason, label)
        .id(reason_id(&this))
        .hint("Ce qui permet de l’affirmer\u{a0}: annuaire, appel, acte.")
        .value(refused.map(|(_, typed, _)| typed.clone()).unwrap_or_default())
        .error(refused.map(|(_, _, why)| why.clone()));
    let mut rows = vec![
        SummaryRow::text("Adresse électronique", line.email.clone()),
        SummaryRow::text("Organisation", format!("{} (SIRET {})", line.organisation_name, line.siret)),
        SummaryRow::text("Depuis le", day(line.since)),
    ];
    if let Some((by, reason, at)) = &line.last {
        rows.push(SummaryRow::text("Dernière décision", format!("{by}, le {}\u{a0}: {reason}", day(*at))));
    }
    let (name, csrf) = (line.name.clone(), csrf.to_owned());
    let (value, summary) = if line.verified { (Decision::Cancel, "Annuler la vérification") } else { (Decision::Verify, "Vérifier") };
    view! {
        <section class="hb-block fr-mb-4w">
            <h2 class="fr-h5">{name.clone()}</h2>
            <SummaryList rows=rows />
            <Details summary=format!("{summary}\u{a0}: {name}") open=refused.is_some()>
                <PostForm action=routes::MEMBERSHIPS csrf=csrf>
                    <HiddenField name=Sent::Membership value=this />
                    <HiddenField name=Sent::Decision value=value />
                    <TextareaField field=field rows=2 />
                    <Button label=button kind=kind about=name />
                </PostForm>
            </Details>
        </section>
    }
    .into_any()
}
