//! Who may do what: the list of people, then one person's rights, given and taken back one at a time.

use domain::{actor::Role, calendar, routes};
use habilitation::{
    administration::{Held, Person, PersonLine},
    requests::{PAGE, Page},
};
use leptos::prelude::*;
use ui::{cells, components::*};

use crate::home::page::{lines, way};

pub fn people_page(page: Page<PersonLine>, number: u32, search: &str) -> impl IntoView + use<> {
    let pages = u32::try_from(page.total.div_ceil(PAGE)).unwrap_or(u32::MAX);
    let lead = match page.total {
        0 => "Personne ne correspond à cette recherche.".to_owned(),
        1 => "Une personne.".to_owned(),
        many => format!("{many} personnes, par nom de famille."),
    };
    let field = Field::new("q", "Chercher une personne")
        .hint("Nom ou adresse. Une adresse exacte trouve aussi une personne sans aucun droit.")
        .value(search)
        .optional_silently();
    let rows: Vec<_> = page
        .items
        .iter()
        .map(|person| {
            let name = if person.name.is_empty() { person.email.clone() } else { person.name.clone() };
            cells![view! { <a href=routes::rights_of(person.id)>{name}</a> }, view! { <Email address=person.email.clone() /> }, lines(&person.rights)]
        })
        .collect();
    let columns = ["Personne", "Adresse électronique", "Droits"].map(Column::text).to_vec();
    let base = format!("{}&page=", routes::with_query(routes::RIGHTS, &[("q", search)]));
    let table =
        (!rows.is_empty()).then(|| view! { <Table id="personnes" caption="Personnes" caption_hidden=true columns=columns rows=rows stacked=true /> });
    view! {
        <Breadcrumb parents=way(&[]) current="Droits des personnes" />
        <PageTitle title="Droits des personnes" lead=lead />
        <form class="hb-form" method="get" action=routes::RIGHTS role="search">
            <TextField field=field />
            <Buttons><Button label="Chercher" kind=ButtonKind::Secondary /></Buttons>
        </form>
        {table}
        <Pagination current=number total=pages base=base />
    }
}

/// What goes back to the page when a change was refused.
#[derive(Debug, Clone, Default)]
pub struct RightsRefusal {
    /// The control the sentence is about.
    pub field: &'static str,
    pub message: String,
    pub perimeter: String,
    pub role: String,
    pub reason: String,
}

/// `admin` is whether whoever looks runs the site; `done` what was just changed.
pub fn person_page(person: &Person, admin: bool, refusal: Option<&RightsRefusal>, done: bool, csrf: &str) -> impl IntoView + use<> {
    let name = person.account.name();
    let action = routes::rights_of(person.account.id);
    let errors = refusal.map(|r| vec![ErrorLink::new(r.field, r.message.clone())]).unwrap_or_default();
    let done = done.then(
        || view! { <Alert tone=Tone::Success title="Modification enregistrée" live=true><p>"La personne en est prévenue par courriel."</p></Alert> },
    );
    let give = (!person.oneself && !person.perimeters.is_empty()).then(|| give_form(person, refusal, &action, csrf));
    let own = person.oneself.then(|| view! { <p>"Vos propres droits se changent par une autre personne."</p> });
    let site = admin.then(|| site_form(person, &action, csrf));
    let account = admin.then(|| account_forms(person, refusal, csrf));
    if person.account.is_erased() {
        let erased = "Ce compte a été supprimé\u{a0}: il n’en reste qu’un numéro, dans les dossiers et les journaux.";
        return view! {
            <Breadcrumb parents=way(&[(routes::RIGHTS, "Droits des personnes")]) current=name.clone() />
            {done}
            <PageTitle title=name lead=erased />
        }
        .into_any();
    }
    view! {
        <Breadcrumb parents=way(&[(routes::RIGHTS, "Droits des personnes")]) current=name.clone() />
        {done}
        <ErrorSummary errors=errors />
        <PageTitle title=name lead=person.account.email.clone() />
        <h2 class="fr-h4" id="droits" tabindex="-1">"Ses droits"</h2>
        {held(person, &action, csrf)}
        {own}
        {give}
        {site}
        {account}
    }
    .into_any()
}

fn held(person: &Person, action: &str, csrf: &str) -> AnyView {
    if person.held.is_empty() {
        return view! { <p>"Aucun droit sur les services."</p> }.into_any();
    }
    let rows = person.held.iter().map(|held| row(held, action, csrf)).collect::<Vec<_>>();
    let columns = vec![Column::text("Périmètre"), Column::text("Rôle"), Column::hidden("Action")];
    view! { <Table id="roles" caption="Droits sur les services" caption_hidden=true columns=columns rows=rows /> }.into_any()
}

fn row(held: &Held, action: &str, csrf: &str) -> Vec<AnyView> {
    let Held { grant, perimeter, within } = held;
    let code = grant.stage.as_ref().map_or_else(|| grant.service.clone(), |stage| format!("{}:{stage}", grant.service));
    let about = perimeter.clone();
    let (action, csrf) = (action.to_owned(), csrf.to_owned());
    let take = if *within {
        view! {
            <PostForm action=action csrf=csrf inline=true>
                <HiddenField name="perimetre" value=code />
                <Button label="Retirer" kind=ButtonKind::Tertiary small=true name="action" value="retirer" about=about />
            </PostForm>
        }
        .into_any()
    } else {
        view! { <span class="hb-missing">"Hors de votre périmètre"</span> }.into_any()
    };
    cells![perimeter.clone(), grant.role.label(), take]
}

fn give_form(person: &Person, refusal: Option<&RightsRefusal>, action: &str, csrf: &str) -> impl IntoView + use<> {
    let typed = refusal.cloned().unwrap_or_default();
    let error = |field: &str| (typed.field == field).then(|| typed.message.clone());
    let perimeter = Field::new("perimetre", "Périmètre")
        .hint("Tout le service, ou une seule de ses équipes.")
        .value(typed.perimeter.clone())
        .error(error("perimetre"));
    let role = Field::new("role", "Rôle").value(typed.role.clone()).error(error("role"));
    let perimeters = person.perimeters.iter().map(|perimeter| Choice::new(perimeter.code(), perimeter.name.clone())).collect::<Vec<_>>();
    let roles = Role::ALL.map(|role| Choice::new(role.as_str(), role.label()).hint(what(role))).to_vec();
    view! {
        <h2 class="fr-h4">"Donner un rôle"</h2>
        <PostForm action=action.to_owned() csrf=csrf.to_owned()>
            <HiddenField name="action" value="donner" />
            <SelectField field=perimeter choices=perimeters placeholder="Choisir un périmètre" />
            <RadioGroup field=role choices=roles />
            <Buttons><Button label="Donner ce rôle" /></Buttons>
        </PostForm>
    }
}

fn what(role: Role) -> &'static str {
    match role {
        Role::Reader => "Ouvre les demandes transmises, ne décide de rien.",
        Role::Reviewer => "Lit, et décide des étapes de ce périmètre.",
        Role::Manager => "Lit, décide, et donne ou retire des rôles dans ce périmètre.",
    }
}

fn site_form(person: &Person, action: &str, csrf: &str) -> impl IntoView + use<> {
    let (state, label, value, kind) = if person.account.admin {
        ("Cette personne administre le site.", "Retirer l’administration du site", "non", ButtonKind::Danger)
    } else {
        ("Cette personne n’administre pas le site.", "Donner l’administration du site", "oui", ButtonKind::Secondary)
    };
    view! {
        <h2 class="fr-h4" id="administration" tabindex="-1">"Administration du site"</h2>
        <p>{state}</p>
        <PostForm action=action.to_owned() csrf=csrf.to_owned() inline=true>
            <HiddenField name="action" value="administration" />
            <Button label=label kind=kind name="valeur" value=value />
        </PostForm>
    }
}

/// Each with a reason, kept in the journal.
fn account_forms(person: &Person, refusal: Option<&RightsRefusal>, csrf: &str) -> impl IntoView + use<> {
    let id = person.account.id;
    let suspended = person.account.suspended.clone().map(|(at, reason)| {
        view! {
            <Alert tone=Tone::Warning title=format!("Accès suspendu le {}", calendar::french_moment(at))>
                <p class="hb-prewrap">{reason}</p>
            </Alert>
        }
    });
    let impersonate = Reasoned {
        field: "motif-prise-en-main",
        action: routes::impersonate(id),
        summary: "Agir à sa place",
        what: "Pour voir ce que cette personne voit, une heure au plus. Elle en est prévenue, et tout ce que vous modifiez est consigné.",
        button: "Prendre la main",
        value: "",
    };
    let suspend = Reasoned {
        field: "motif-suspension",
        action: routes::suspension(id),
        summary: "Suspendre son accès",
        what: "Ses sessions se ferment et ses connexions sont refusées. Elle reçoit ce motif par courriel.",
        button: "Suspendre",
        value: "suspendre",
    };
    let restore = Reasoned {
        summary: "Rétablir son accès",
        what: "Elle en est prévenue par courriel.",
        button: "Rétablir",
        value: "retablir",
        ..suspend.clone()
    };
    let reset = Reasoned {
        field: "motif-double-authentification",
        action: routes::factor_reset(id),
        summary: "Retirer sa double authentification",
        what: "Si elle a perdu son téléphone et ses codes de secours. Vérifiez son identité par un autre moyen.",
        button: "Retirer",
        value: "",
    };
    let erase = Reasoned {
        field: "motif-effacement",
        action: routes::erase_account(id),
        summary: "Supprimer son compte",
        what: "À sa demande, et pour de bon. Vérifiez que la demande vient d’elle. Elle en est prévenue par courriel.",
        button: "Supprimer ce compte",
        value: "",
    };
    let kept_out = person.account.suspended.is_some();
    let subject = !person.oneself && !person.account.admin;
    let forms = [
        (subject && !kept_out, impersonate),
        (subject && !kept_out, suspend),
        (kept_out, restore),
        (person.has_factor && !person.oneself, reset),
        (subject, erase),
    ];
    let forms: Vec<_> = forms.into_iter().filter(|(shown, _)| *shown).map(|(_, form)| reasoned(form, refusal, csrf)).collect();
    let title = (!forms.is_empty()).then(|| view! { <h2 class="fr-h4">"Son compte"</h2> });
    view! {
        {title}
        {suspended}
        {forms}
    }
}

/// A form which asks for a reason and nothing else.
#[derive(Clone)]
struct Reasoned {
    field: &'static str,
    action: String,
    summary: &'static str,
    what: &'static str,
    button: &'static str,
    value: &'static str,
}

fn reasoned(form: Reasoned, refusal: Option<&RightsRefusal>, csrf: &str) -> impl IntoView + use<> {
    let Reasoned { field: id, action, summary, what, button, value } = form;
    let refused = refusal.filter(|refusal| refusal.field == id);
    let open = refused.is_some();
    let field = Field::new("motif", "Motif")
        .id(id)
        .maxlength(1000)
        .value(refused.map(|refusal| refusal.reason.clone()).unwrap_or_default())
        .error(refused.map(|refusal| refusal.message.clone()));
    let csrf = csrf.to_owned();
    view! {
        <Details summary=summary open=open>
            <p>{what}</p>
            <PostForm action=action csrf=csrf>
                <HiddenField name="action" value=value />
                <TextareaField field=field rows=3 />
                <Button label=button kind=ButtonKind::Secondary />
            </PostForm>
        </Details>
    }
}
