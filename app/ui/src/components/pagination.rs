//! Pages of a long list.

use leptos::prelude::*;

use crate::components::{ButtonKind, EmptyState, LinkButton, followed};

/// `base` is completed by the page number: `/demandes?page=`. Nothing for a single page.
#[component]
pub fn Pagination(current: u32, total: u32, #[prop(into)] base: String) -> impl IntoView {
    if total < 2 {
        return ().into_any();
    }
    let numbers = shown(current, total)
        .into_iter()
        .map(|page| match page {
            None => view! { <li><span class="fr-pagination__link hb-gap">"…"</span></li> }.into_any(),
            Some(page) => {
                let is_current = page == current;
                view! {
                    <li>
                        <a
                            class="fr-pagination__link"
                            href=followed(format!("{base}{page}"))
                            aria-current=is_current.then_some("page")
                            aria-label=format!("Page {page}")
                        >
                            {page.to_string()}
                        </a>
                    </li>
                }
                .into_any()
            }
        })
        .collect_view();
    // From beyond the end, back to the last page.
    let previous = (current > 1).then(|| step(&base, (current - 1).min(total), "prev", "Page précédente"));
    let next = (current < total).then(|| step(&base, current + 1, "next", "Page suivante"));
    view! {
        <nav class="fr-pagination" aria-label="Pages de la liste">
            <ul class="fr-pagination__list">{previous} {numbers} {next}</ul>
        </nav>
    }
    .into_any()
}

/// Shown instead of the rows when the page number is beyond the last page. `first` is the address of the first page.
#[component]
pub fn BeyondTheEnd(#[prop(into)] first: String) -> impl IntoView {
    view! {
        <EmptyState title="Cette page n’existe pas" text="La liste est plus courte.">
            <LinkButton href=first label="Revenir au début de la liste" kind=ButtonKind::Secondary />
        </EmptyState>
    }
}

fn step(base: &str, page: u32, way: &str, label: &'static str) -> impl IntoView + use<> {
    let class = format!("fr-pagination__link fr-pagination__link--{way} fr-pagination__link--lg-label");
    view! { <li><a class=class href=followed(format!("{base}{page}")) rel=way.to_owned()>{label}</a></li> }
}

/// First, last, and those around the current one; `None` stands for a gap.
fn shown(current: u32, total: u32) -> Vec<Option<u32>> {
    let mut pages = Vec::new();
    let mut last = 0;
    for page in (1..=total).filter(|&page| page == 1 || page == total || page.abs_diff(current) <= 1) {
        if page > last + 1 {
            pages.push(None);
        }
        pages.push(Some(page));
        last = page;
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn gaps_stand_for_the_pages_far_from_the_current_one() {
        assert_eq!(shown(5, 9), [Some(1), None, Some(4), Some(5), Some(6), None, Some(9)]);
        assert_eq!(shown(1, 3), [Some(1), Some(2), Some(3)]);
    }
}
