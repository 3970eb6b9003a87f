//! The filters of the two journals, of the administration and of security: a kind of line, a person, two days. They are sent by
//! GET, so that the address holds them.

use domain::{calendar::Day, routes};
use jiff::civil::Date;
use leptos::prelude::*;
use ui::{components::*, fields, named::Named};
use web::FormData;

/// The search for a person is cut at this many characters.
const MAX_PERSON: usize = 200;

fields! {
    enum Sent {
        Kind = "acte",
        Person = "personne",
        From = "du",
        Until = "au",
    }
}

#[derive(Debug, Clone, Default)]
pub struct Filters {
    pub kind: String,
    pub person: String,
    from: Day,
    until: Day,
}

impl Filters {
    pub fn read(query: &FormData) -> Self {
        let person = query.get(Sent::Person).chars().take(MAX_PERSON).collect();
        Self { kind: query.get(Sent::Kind).to_owned(), person, from: Day::parse(query.get(Sent::From)), until: Day::parse(query.get(Sent::Until)) }
    }

    pub fn first_day(&self) -> Option<Date> {
        self.from.known()
    }

    pub fn last_day(&self) -> Option<Date> {
        self.until.known()
    }

    /// Whether both days are valid dates; when one is not, the list is not looked up.
    pub fn are_read(&self) -> bool {
        self.problems().is_empty()
    }

    fn problems(&self) -> Vec<(Sent, String)> {
        Day::problems((Sent::From, &self.from), (Sent::Until, &self.until))
    }

    /// The address of the pages of a filtered list, without the number of the page.
    pub fn base(&self, list: &str) -> String {
        let [from, until] = [&self.from, &self.until].map(|day| day.kept().unwrap_or_default());
        let query = [(Sent::Kind, &*self.kind), (Sent::Person, &self.person), (Sent::From, &from), (Sent::Until, &until)];
        format!("{}&page=", routes::with_query(list, &query.map(|(field, value)| (field.as_str(), value))))
    }
}

/// `what` is the label of the kinds, and of the choice of all of them.
pub fn filter_form(
    filters: &Filters,
    action: &'static str,
    (what, all): (&'static str, &'static str),
    kinds: Vec<Choice>,
    whom: &'static str,
) -> impl IntoView + use<> {
    let open = !filters.kind.is_empty() || !filters.person.is_empty() || filters.from != Day::Any || filters.until != Day::Any;
    let problems = filters.problems();
    let problem = |field: Sent| problems.iter().find(|(one, _)| one.as_str() == field.as_str()).map(|(_, problem)| problem.clone());
    let kind = Field::new(Sent::Kind, what).value(filters.kind.clone()).optional_silently();
    let person = Field::new(Sent::Person, "Personne").hint(whom).value(filters.person.clone()).optional_silently();
    let from = Field::new(Sent::From, "Du").value(filters.from.shown()).error(problem(Sent::From)).optional_silently();
    let until = Field::new(Sent::Until, "Au").value(filters.until.shown()).error(problem(Sent::Until)).optional_silently();
    let errors = errors_of([&from, &until]);
    view! {
        <ErrorSummary errors=errors />
        <div class="fr-mb-4w">
            <Details summary="Filtrer" open=open>
                <form class="hb-form" method="get" action=action role="search">
                    <SelectField field=kind choices=kinds placeholder=all />
                    <TextField field=person />
                    <DateField field=from />
                    <DateField field=until />
                    <Buttons>
                        <Button label="Filtrer" kind=ButtonKind::Secondary />
                        {open.then(|| view! { <LinkButton label="Tout afficher" href=action kind=ButtonKind::Tertiary /> })}
                    </Buttons>
                </form>
            </Details>
        </div>
    }
}
