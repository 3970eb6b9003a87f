//! The list of people, and the page of one of them.

use domain::{actor::Role, routes};
use habilitation::{
    administration::{Held, Person, PersonLine},
    requests::{PAGE, Page},
};
use leptos::prelude::*;
use ui::{cells, components::*, named::Named};

use super::{Action, Search, Sent, YesOrNo, account::account_forms};
use crate::shared::{lines, way};

pub fn people_page(page: Page<PersonLine>, number: u32, search: &str) -> impl IntoView + use<> {
    let pages = u32::try_from(page.total.div_ceil(PAGE)).unwrap_or(u32::MAX);
    let lead = match page.total {
        0 => "Personne ne correspond à cette recherche.".to_owned(),
        1 => "Une personne.".to_owned(),
        many => format!("{many} personnes, par nom de famille."),
    };
    let field = Field::new(Search::Words, "Chercher une personne")
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
    let base = format!("{}&page=", routes::with_query(routes::RIGHTS, &[(Search::Words.as_str(), search)]));
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

/// The parts of a person’s page that an error may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Control {
    /// The list of the rights held.
    #[default]
    Held,
    Perimeter,
    Role,
    Administers,
    /// The reasons of the forms that act on the account.
    Impersonation,
    Suspension,
    Factor,
    Erasure,
}

impl Control {
    /// Its id in the page.
    pub fn id(self) -> &'static str {
        match self {
            Self::Held => "droits",
            Self::Perimeter => Sent::Perimeter.as_str(),
            Self::Role => Sent::Role.as_str(),
            Self::Administers => "administration",
            Self::Impersonation => "motif-prise-en-main",
            Self::Suspension => "motif-suspension",
            Self::Factor => "motif-double-authentification",
            Self::Erasure => "motif-effacement",
        }
    }
}

/// A form that was refused: what was typed, and why.
#[derive(Debug, Clone, Default)]
pub struct RightsRefusal {
    /// What the message is about.
    pub control: Control,
    pub message: String,
    pub perimeter: String,
    pub role: String,
    pub reason: String,
}

/// `admin` says whether the reader administers the site; `done`, whether something was just changed.
pub fn person_page(person: &Person, admin: bool, refusal: Option<&RightsRefusal>, done: bool, csrf: &str) -> impl IntoView + use<> {
    let name = person.account.name();
    let action = routes::rights_of(person.account.id);
    let errors = refusal.map(|r| vec![ErrorLink::new(r.control.id(), r.message.clone())]).unwrap_or_default();
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
        <h2 class="fr-h4" id=Control::Held.id() tabindex="-1">"Ses droits"</h2>
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
                <HiddenField name=Sent::Perimeter value=code />
                <Button label="Retirer" kind=ButtonKind::Tertiary small=true name=Sent::Action value=Action::TakeBack about=about />
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
    let error = |control| (typed.control == control).then(|| typed.message.clone());
    let perimeter = Field::new(Sent::Perimeter, "Périmètre")
        .hint("Tout le service, ou une seule de ses équipes.")
        .value(typed.perimeter.clone())
        .error(error(Control::Perimeter));
    let role = Field::new(Sent::Role, "Rôle").value(typed.role.clone()).error(error(Control::Role));
    let perimeters = person.perimeters.iter().map(|perimeter| Choice::new(perimeter.code(), perimeter.name.clone())).collect::<Vec<_>>();
    let roles = Role::ALL.map(|role| Choice::new(role.as_str(), role.label()).hint(what(role))).to_vec();
    view! {
        <h2 class="fr-h4">"Donner un rôle"</h2>
        <PostForm action=action.to_owned() csrf=csrf.to_owned()>
            <HiddenField name=Sent::Action value=Action::Give />
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
        ("Cette personne administre le site.", "Retirer l’administration du site", YesOrNo::No, ButtonKind::Danger)
    } else {
        ("Cette personne n’administre pas le site.", "Donner l’administration du site", YesOrNo::Yes, ButtonKind::Secondary)
    };
    view! {
        <h2 class="fr-h4" id=Control::Administers.id() tabindex="-1">"Administration du site"</h2>
        <p>{state}</p>
        <PostForm action=action.to_owned() csrf=csrf.to_owned() inline=true>
            <HiddenField name=Sent::Action value=Action::SetAdmin />
            <Button label=label kind=kind name=Sent::Administers value=value />
        </PostForm>
    }
}
