//! Every variant of every service, from the first block to the habilitation: the answers are made from the questions.

use domain::catalogue::{Field, Form, Kind};

use crate::{
    browser::Browser,
    road::{self, FRANCECONNECT},
    site::TestSite,
};

const DOCUMENT: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";

/// A valid answer to a question that the form leaves open; `None` when the answer it already has is valid.
fn answer(field: &Field, held: &[String]) -> Option<String> {
    let held = !held.is_empty() && held.iter().all(|value| domain::form::placeholder(value, true).is_none());
    let text = match field.kind {
        Kind::Email => "personne@clamart.example".to_owned(),
        Kind::Phone => "01 46 62 35 35".to_owned(),
        Kind::Mobile => "06 12 34 56 78".to_owned(),
        Kind::Url => "https://www.clamart.example/deliberation".to_owned(),
        Kind::Number => field.range.map_or(12, |(low, _)| low).to_string(),
        Kind::Date if field.after.is_some() => "2028-03-01".to_owned(),
        Kind::Date => "2027-03-01".to_owned(),
        Kind::Tick => (field.required || held).then(|| "oui".to_owned())?,
        Kind::Choice | Kind::Choices if held => return None,
        Kind::Choice | Kind::Choices => field.choices.first().map(|choice| choice.value.clone())?,
        Kind::Scopes | Kind::Documents | Kind::Reliance => return None,
        Kind::Name if held => return None,
        Kind::Name => "Camille".to_owned(),
        Kind::Text | Kind::LongText if held => return None,
        Kind::Text | Kind::LongText => "Les agents du service enfance".to_owned(),
    };
    Some(text)
}

/// Files a request with this form, which its first teams have under review; returns its id.
pub async fn file(browser: &Browser, service: &Form, variant: Option<&str>, relies_on: &str) -> String {
    let slug = &service.slug;
    let address = format!("/demandes/nouvelle/{slug}?forme={}", variant.unwrap_or("libre"));
    let first = browser.submit(browser.open(&address).await.form(&format!("/demandes/nouvelle/{slug}"))).await;
    let path = first.is(303).location();
    let id = path.split('/').nth(2).expect("/demandes/{id}/…").to_owned();
    fill_and_send(browser, service, &id, &path, relies_on).await;
    id
}

/// Fills a draft from this block on and submits it. The request relied upon is left as it is when `relies_on` is empty.
pub async fn fill_and_send(browser: &Browser, service: &Form, id: &str, first: &str, relies_on: &str) {
    let (slug, variant) = (&service.slug, &service.variant);
    let mut path = first.split('?').next().expect("a path").to_owned();
    while !path.ends_with("/synthese") {
        let block = service.block(path.rsplit('/').next().expect("a block")).unwrap_or_else(|| panic!("{path} is no block of {slug}"));
        let mut form = browser.open(&path).await.form(&path);
        for field in block.all_fields() {
            if !form.holds(&field.id) {
                continue;
            }
            let held: Vec<String> = form.values(&field.id).iter().filter(|value| !value.is_empty()).map(|value| (*value).to_owned()).collect();
            form = match field.kind {
                Kind::Scopes if held.iter().all(|id| service.scope(id).is_some_and(|scope| scope.included)) => {
                    let free = service.scopes().find(|scope| !scope.included && !scope.deprecated).map(|scope| scope.id.clone());
                    let all: Vec<&str> = held.iter().chain(&free).map(String::as_str).collect();
                    form.pick(&field.id, &all)
                }
                // Where it may stay empty, the form asks for both.
                Kind::Reliance if relies_on.is_empty() || !field.required => form,
                Kind::Reliance => form.set(&field.id, relies_on),
                Kind::Documents if field.required && field.when_is.is_none() => form.attach(&field.id, "piece.pdf", DOCUMENT),
                _ => match answer(&field, &held) {
                    Some(text) => form.set(&field.id, &text),
                    None => form,
                },
            };
        }
        let next = browser.submit(form.press("suivant")).await;
        assert_eq!(next.status.as_u16(), 303, "{slug} {variant:?} {path}: {:?}", next.errors());
        path = next.location();
    }
    let page = browser.open(&path).await;
    let mut form = page.form(&path);
    for name in service.boxes() {
        form = form.set(name, "oui");
    }
    let sent = browser.submit(form).await;
    assert_eq!(sent.status.as_u16(), 303, "{slug} {variant:?} {id}: {:?} {:?}", sent.errors(), sent.all("#erreurs li"));
}

#[tokio::test]
async fn every_form_is_walked_from_its_first_block_to_the_habilitation() {
    let site = TestSite::new().await;
    let applicant = site.applicant(road::APPLICANT).await;
    let catalogue = site.app.cx.catalogue();
    let forms: Vec<&Form> = catalogue
        .services()
        .iter()
        .flat_map(|service| {
            let variants = service.variants.iter().map(|variant| Some(variant.slug.as_str()));
            std::iter::once(None).chain(variants).map(|variant| catalogue.form_now(&service.slug, variant).expect("a form"))
        })
        .collect();
    assert!(forms.len() > 40, "{}", forms.len());
    let mut relied = String::new();
    for (index, form) in forms.iter().enumerate() {
        let id = file(&applicant, form, form.variant.as_deref(), &relied).await;
        let mut stages: Vec<_> = form.stages.iter().collect();
        stages.sort_by_key(|stage| stage.order);
        for (turn, stage) in stages.into_iter().enumerate() {
            // Two stages want two people.
            let email = format!("equipe.e{index}t{turn}@habilis.example");
            let reviewer = site.reviewer(&email, &stage.service, &stage.slug).await;
            road::approve(&reviewer, &id).await;
        }
        let page = applicant.open(&format!("/demandes/{id}")).await;
        for part in &form.parts {
            let scopes = form.granted(&form.first_answers()).into_iter().find(|granted| granted.service == part.service).expect("granted").scopes;
            assert!(part.service != FRANCECONNECT || !scopes.is_empty(), "{} {:?}", form.slug, form.variant);
        }
        page.says("Validée");
        if relied.is_empty() {
            relied = id;
        }
    }
}
