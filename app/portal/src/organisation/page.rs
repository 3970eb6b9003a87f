//! The page of the current organisation: what the directory of companies says of it, and the forms to add, choose and leave one.

use domain::{Timestamp, calendar, organisation::Establishment, routes, siret::Siret};
use leptos::prelude::*;
use ui::components::*;

use super::Sent;

#[derive(Clone, Debug)]
pub struct Organisation {
    pub id: String,
    pub siret: Siret,
    /// What the directory says; `None` until it has answered.
    pub establishment: Option<Establishment>,
    pub checked_at: Option<Timestamp>,
    /// Somebody confirmed that the person belongs to it.
    pub verified: bool,
}

#[derive(Clone, Debug, Default)]
pub struct OrganisationPage {
    pub current: Option<Organisation>,
    pub others: Vec<Organisation>,
    pub csrf: String,
    /// As typed.
    pub siret: String,
    pub error: Option<String>,
    /// The page the person was going to.
    pub suite: Option<String>,
}

impl Organisation {
    fn name(&self) -> String {
        self.establishment.as_ref().map_or_else(|| format!("SIRET {}", self.siret.spaced()), |found| found.name.clone())
    }

    /// Considered open until the directory has answered.
    fn is_open(&self) -> bool {
        self.establishment.as_ref().is_none_or(|found| found.open)
    }
}

pub fn page(page: OrganisationPage) -> impl IntoView {
    let OrganisationPage { current, others, csrf, siret, error, suite } = page;
    let field = Field::new(Sent::Siret, "Numéro SIRET")
        .hint("14\u{a0}chiffres. Exemple\u{a0}: 130 025 265 00013")
        .value(siret)
        .error(error)
        .inputmode("numeric")
        .width(Width::Medium);
    let errors = errors_of([&field]);
    let (title, lead) = match current {
        Some(_) => ("Votre organisation", "Vos nouvelles demandes seront déposées en son nom."),
        None => ("Quelle est votre organisation\u{a0}?", "Son numéro SIRET suffit pour la retrouver."),
    };
    let add_title = current.as_ref().map(|_| view! { <h2>"Ajouter une organisation"</h2> });
    let (link, leaving) = (current.as_ref().map(link), current.as_ref().map(|organisation| leaving(organisation, &csrf)));
    // A page has one primary button: « Continuer » when it is shown.
    let goes_on = current.as_ref().is_some_and(Organisation::is_open);
    let kind = if goes_on { ButtonKind::Secondary } else { ButtonKind::Primary };
    let kept = suite.clone().map(|path| view! { <HiddenField name=Sent::ReturnTo value=path /> });
    view! {
        <Breadcrumb current="Votre organisation" />
        <ErrorSummary errors=errors />
        <PageTitle title=title lead=lead />
        {current.map(|organisation| described(organisation, suite.as_deref()))}
        {link}
        {others_list(others, &csrf, suite.as_deref())}
        {add_title}
        <PostForm action=routes::ORGANISATION csrf=csrf>
            {kept}
            <TextField field=field />
            <Buttons>
                <Button label="Ajouter cette organisation" kind=kind />
            </Buttons>
        </PostForm>
        <Details summary="Où trouver le numéro SIRET\u{a0}?">
            <p>
                "Sur l’en-tête de vos factures, ou sur "
                <a href="https://annuaire-entreprises.data.gouv.fr/">"l’Annuaire des entreprises"</a>
                ", au nom de votre organisme."
            </p>
        </Details>
        {leaving}
    }
}

fn described(organisation: Organisation, suite: Option<&str>) -> impl IntoView + use<> {
    let name = organisation.name();
    let (next, open) = (suite.unwrap_or(routes::REQUESTS).to_owned(), organisation.is_open());
    let Organisation { siret, establishment, checked_at, .. } = organisation;
    let badges = establishment.as_ref().map(badges);
    let alert = match &establishment {
        None => Some(unreachable().into_any()),
        Some(found) if !found.open => Some(closed().into_any()),
        Some(_) => None,
    };
    let rows = rows(&siret, establishment, checked_at);
    let go_on = open.then(|| view! { <Buttons><LinkButton label="Continuer" href=next /></Buttons> });
    view! {
        <h2>{name}</h2>
        {badges}
        {alert}
        <SummaryList rows=rows />
        {go_on}
    }
}

/// What the person may do for the organisation, and what a confirmation would add.
fn link(organisation: &Organisation) -> impl IntoView + use<> {
    let state = if organisation.verified {
        view! {
            <div class="hb-measure fr-mb-2w"><Badge label="Rattachement vérifié" tone=Tone::Success />" Vous voyez les demandes transmises par vos collègues."</div>
            <ul>
                <li><a href=routes::COLLEAGUES>"Membres de l’organisation"</a></li>
                <li><a href=routes::SAVED_CONTACTS>"Contacts de l’organisation"</a></li>
            </ul>
        }
        .into_any()
    } else {
        view! {
            <div class="hb-measure fr-mb-2w">
                <Badge label="Rattachement à vérifier" tone=Tone::Warning />
                " Vous déposez et suivez vos propres demandes. Pour voir celles de vos collègues, demandez à l’un d’eux de confirmer votre rattachement\u{a0}; à défaut, un administrateur d’Habilis s’en charge."
            </div>
        }
        .into_any()
    };
    view! {
        <h2>"Votre rattachement"</h2>
        {state}
    }
}

/// The form to leave the organisation.
fn leaving(organisation: &Organisation, csrf: &str) -> impl IntoView + use<> {
    let (name, id, csrf) = (organisation.name(), organisation.id.clone(), csrf.to_owned());
    view! {
        <Details summary="Quitter cette organisation">
            <p>"Vous gardez l’accès aux demandes que vous avez déposées. Confiez-les d’abord à un collègue si vous partez."</p>
            <PostForm action=routes::ORGANISATION csrf=csrf inline=true>
                <HiddenField name=Sent::Leave value=id />
                <Button label="Quitter" about=name kind=ButtonKind::Secondary small=true />
            </PostForm>
        </Details>
    }
}

fn badges(found: &Establishment) -> impl IntoView + use<> {
    let seat = found.head_office.then(|| view! { <Badge label="Siège" /> });
    let (label, tone) = if found.open { ("Ouvert", Tone::Success) } else { ("Fermé", Tone::Warning) };
    view! { <div class="hb-inline"><Badge label=label tone=tone /> {seat}</div> }
}

fn rows(siret: &Siret, establishment: Option<Establishment>, checked_at: Option<Timestamp>) -> Vec<SummaryRow> {
    let mut rows = vec![SummaryRow::text("SIRET", siret.spaced())];
    if let Some(found) = establishment {
        rows.push(SummaryRow::text("Adresse", found.address));
        rows.push(SummaryRow::text("Catégorie juridique", labelled(&found.legal_category_label, &found.legal_category)));
        rows.push(SummaryRow::text("Activité principale (NAF)", labelled(&found.naf_label, &found.naf)));
    }
    let checked = checked_at.map(|at| format!("Vérifiée le {}", calendar::french_date(calendar::paris_date(at))));
    rows.push(SummaryRow::text("Fiche de l’annuaire", checked.unwrap_or_else(|| "Pas encore vérifiée".to_owned())));
    rows
}

fn labelled(label: &str, code: &str) -> String {
    match (label, code) {
        ("", code) => code.to_owned(),
        (label, "") => label.to_owned(),
        (label, code) => format!("{label} ({code})"),
    }
}

fn unreachable() -> impl IntoView {
    view! {
        <Alert tone=Tone::Info title="L’annuaire ne répond pas" live=true>
            <p>"Vous pouvez commencer votre demande. Nous vérifierons ce SIRET dès qu’il répondra."</p>
        </Alert>
    }
}

fn closed() -> impl IntoView {
    view! {
        <Alert tone=Tone::Warning title="Cet établissement est fermé" live=true>
            <p>"Il ne peut pas déposer de demande. Ajoutez un établissement ouvert."</p>
        </Alert>
    }
}

fn others_list(others: Vec<Organisation>, csrf: &str, suite: Option<&str>) -> impl IntoView + use<> {
    let items: Vec<_> = others
        .into_iter()
        .map(|organisation| {
            let name = organisation.name();
            let kept = suite.map(|path| view! { <HiddenField name=Sent::ReturnTo value=path /> });
            view! {
                <div class="hb-summary__row">
                    <dt>{name.clone()}</dt>
                    <dd>{format!("SIRET {}", organisation.siret.spaced())}</dd>
                    <dd class="hb-summary__action">
                        <PostForm action=routes::ORGANISATION csrf=csrf inline=true holds=Sent::Choose>
                            {kept}
                            <HiddenField name=Sent::Choose value=organisation.id.clone() />
                            <Button label="Choisir" about=name kind=ButtonKind::Secondary small=true />
                        </PostForm>
                    </dd>
                </div>
            }
        })
        .collect();
    (!items.is_empty()).then(|| view! { <h2>"Vos autres organisations"</h2> <dl class="hb-summary">{items}</dl> })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ui::shell::render_fragment;

    fn clamart(open: bool) -> Organisation {
        let siret = Siret::parse("21920023500014").expect("a valid number");
        let establishment = Establishment {
            siret: siret.clone(),
            name: "COMMUNE DE CLAMART".into(),
            legal_category: "7210".into(),
            legal_category_label: "Commune et commune nouvelle".into(),
            naf: "84.11Z".into(),
            naf_label: String::new(),
            address: "1 PLACE MAURICE GUNSBOURG 92140 CLAMART".into(),
            postal_code: "92140".into(),
            town: "CLAMART".into(),
            head_office: true,
            open,
        };
        Organisation { id: "1".into(), siret, establishment: Some(establishment), checked_at: Some(Timestamp::UNIX_EPOCH), verified: false }
    }

    #[test]
    fn what_the_directory_says_is_shown() {
        let html = render_fragment(|| {
            page(OrganisationPage { current: Some(clamart(true)), suite: Some("/demandes/nouvelle/x".into()), ..OrganisationPage::default() })
        });
        for expected in [
            "219 200 235 00014",
            "Commune et commune nouvelle (7210)",
            ">84.11Z<",
            "Siège",
            "Ouvert",
            "Vérifiée le 1er janvier 1970",
            "/demandes/nouvelle/x",
        ] {
            assert!(html.contains(expected), "{expected}: {html}");
        }
    }

    #[test]
    fn a_closed_establishment_does_not_lead_on() {
        let html = render_fragment(|| page(OrganisationPage { current: Some(clamart(false)), ..OrganisationPage::default() }));
        assert!(html.contains("Cet établissement est fermé") && !html.contains("Continuer"), "{html}");
    }

    #[test]
    fn an_unreachable_directory_lets_people_start() {
        let unknown = Organisation { establishment: None, checked_at: None, ..clamart(true) };
        let html = render_fragment(|| page(OrganisationPage { current: Some(unknown), others: vec![clamart(true)], ..OrganisationPage::default() }));
        assert!(html.contains("L’annuaire ne répond pas") && html.contains("Continuer") && html.contains(r#"name="choisir""#), "{html}");
    }
}
