//! Cards and tiles: a card describes one thing, a tile leads to one page. The whole surface is the link.

use leptos::prelude::*;

use crate::components::followed;

/// Children come under the description (badges, tags).
#[component]
pub fn Card(
    #[prop(into)] title: String,
    #[prop(into)] href: String,
    #[prop(optional, into)] description: Option<String>,
    /// A line above the title: organisation, category.
    #[prop(optional, into)]
    detail: Option<String>,
    /// Level of the title, 2 to 4.
    #[prop(default = 3)]
    level: u8,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let link = view! { <a href=followed(href)>{title}</a> };
    view! {
        <div class="fr-card fr-enlarge-link">
            <div class="fr-card__body">
                <div class="fr-card__content">
                    {heading(level, "fr-card__title", link)}
                    {description.map(|text| view! { <p class="fr-card__desc">{text}</p> })}
                    {detail.map(|text| view! {
                        <div class="fr-card__start"><p class="fr-card__detail">{text}</p></div>
                    })}
                    {children.map(|children| view! { <div class="fr-card__end">{children()}</div> })}
                </div>
            </div>
        </div>
    }
}

#[component]
pub fn Tile(
    #[prop(into)] title: String,
    #[prop(into)] href: String,
    #[prop(optional, into)] description: Option<String>,
    #[prop(optional, into)] detail: Option<String>,
    /// Level of the title, 2 to 4.
    #[prop(default = 3)]
    level: u8,
) -> impl IntoView {
    let link = view! { <a href=followed(href)>{title}</a> };
    view! {
        <div class="fr-tile fr-tile--horizontal fr-enlarge-link">
            <div class="fr-tile__body">
                <div class="fr-tile__content">
                    {heading(level, "fr-tile__title", link)}
                    {description.map(|text| view! { <p class="fr-tile__desc">{text}</p> })}
                    {detail.map(|text| view! { <p class="fr-tile__detail">{text}</p> })}
                </div>
            </div>
        </div>
    }
}

/// A responsive grid, one child per cell: `columns` cells on a wide screen (1 to 4).
#[component]
pub fn Grid(#[prop(default = 3)] columns: u8, cells: Vec<AnyView>) -> impl IntoView {
    let class = match columns {
        1 => "fr-col-12",
        2 => "fr-col-12 fr-col-md-6",
        3 => "fr-col-12 fr-col-md-6 fr-col-lg-4",
        _ => "fr-col-12 fr-col-md-6 fr-col-lg-3",
    };
    let cells = cells.into_iter().map(|cell| view! { <div class=class>{cell}</div> }).collect_view();
    view! { <div class="fr-grid-row fr-grid-row--gutters">{cells}</div> }
}

pub(super) fn heading(level: u8, class: &'static str, content: impl IntoView + 'static) -> AnyView {
    match level {
        2 => view! { <h2 class=class>{content}</h2> }.into_any(),
        4 => view! { <h4 class=class>{content}</h4> }.into_any(),
        _ => view! { <h3 class=class>{content}</h3> }.into_any(),
    }
}
