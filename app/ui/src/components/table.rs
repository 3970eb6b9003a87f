//! Rows to compare. On a small screen the table scrolls sideways in a region that the
//! keyboard can reach.

use leptos::prelude::*;

use crate::components::followed;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub label: String,
    pub numeric: bool,
    /// Its cells (a date, a word) stay on one line, which leaves more width to the other columns.
    pub short: bool,
    /// The label is for screen readers only (a column of actions).
    pub hidden: bool,
    /// The address that sorts by this column; and, when the rows are sorted by it, whether the order is ascending.
    pub sort: Option<(String, Option<bool>)>,
}

impl Column {
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), numeric: false, short: false, hidden: false, sort: None }
    }

    /// Aligned to the right, with figures of one width.
    pub fn number(label: impl Into<String>) -> Self {
        Self { numeric: true, ..Self::text(label) }
    }

    pub fn short(label: impl Into<String>) -> Self {
        Self { short: true, ..Self::text(label) }
    }

    pub fn hidden(label: impl Into<String>) -> Self {
        Self { hidden: true, ..Self::text(label) }
    }

    /// `ascending` is `None` unless the rows are sorted by this column.
    pub fn sorts(mut self, href: impl Into<String>, ascending: Option<bool>) -> Self {
        self.sort = Some((href.into(), ascending));
        self
    }
}

/// A row of cells from views of different types: `cells![name, view! { <Badge label="…" /> }]`.
#[macro_export]
macro_rules! cells {
    ($($cell:expr),* $(,)?) => {
        vec![$(::leptos::prelude::IntoAny::into_any($cell)),*]
    };
}

/// Tables with more columns than this are stacked on narrow screens.
const STACKED_FROM: usize = 3;

/// The first cell of each row is its header. Each cell takes the text direction of its content, since names may be in any script. `id`
/// must be unique in the page.
#[component]
pub fn Table(
    #[prop(into)] id: String,
    #[prop(into)] caption: String,
    columns: Vec<Column>,
    rows: Vec<Vec<AnyView>>,
    /// Keeps the caption for screen readers, where a heading just above says the same.
    #[prop(optional)]
    caption_hidden: bool,
    /// Stacks a table of few columns too, when their texts are long.
    #[prop(optional)]
    stacked: bool,
) -> impl IntoView {
    let caption_id = format!("{id}-titre");
    // On a narrow screen each row of a wide table becomes a card. The roles keep it a table for screen readers.
    let class = if stacked || columns.len() > STACKED_FROM { "fr-table hb-table--stack" } else { "fr-table" };
    let head = columns.iter().map(header).collect_view();
    let body = rows.into_iter().map(|cells| row(&columns, cells)).collect_view();
    view! {
        <div class=class id=id>
            <div
                class="fr-table__wrapper"
                role="region"
                aria-labelledby=caption_id.clone()
                tabindex="0"
            >
                <table role="table">
                    <caption id=caption_id.clone() class=caption_hidden.then_some("fr-sr-only")>{caption}</caption>
                    <thead role="rowgroup">
                        <tr role="row">{head}</tr>
                    </thead>
                    <tbody role="rowgroup">{body}</tbody>
                </table>
            </div>
        </div>
    }
}

impl Column {
    fn class(&self) -> Option<&'static str> {
        if self.numeric { Some("hb-number") } else { self.short.then_some("hb-short") }
    }
}

fn header(column: &Column) -> impl IntoView + use<> {
    let label = column.label.clone();
    let sorted = column.sort.as_ref().and_then(|(_, ascending)| *ascending).map(|ascending| if ascending { "ascending" } else { "descending" });
    let label = match &column.sort {
        _ if column.hidden => view! { <span class="fr-sr-only">{label}</span> }.into_any(),
        Some((href, ascending)) => {
            let arrow = ascending.map(|ascending| if ascending { " ↑" } else { " ↓" });
            let arrow = arrow.map(|arrow| view! { <span aria-hidden="true">{arrow}</span> });
            view! { <a href=followed(href.clone())><span class="fr-sr-only">"Trier par\u{a0}: "</span>{label}</a>{arrow} }.into_any()
        }
        None => label.into_any(),
    };
    view! { <th scope="col" role="columnheader" aria-sort=sorted class=column.class()>{label}</th> }
}

fn row(columns: &[Column], cells: Vec<AnyView>) -> impl IntoView + use<> {
    let cells = cells
        .into_iter()
        .enumerate()
        .map(|(index, cell)| {
            let class = columns.get(index).and_then(Column::class);
            if index == 0 {
                return view! { <th scope="row" role="rowheader" dir="auto" class=class>{cell}</th> }.into_any();
            }
            let label = columns.get(index).map(|column| column.label.clone());
            view! { <td role="cell" dir="auto" class=class data-label=label>{cell}</td> }.into_any()
        })
        .collect_view();
    view! { <tr role="row">{cells}</tr> }
}
