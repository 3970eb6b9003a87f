//! The document around every page: head, skip links, header, navigation, footer. Two shells:
//! the portal's, and a bare one for citizens passing through the identity broker.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use domain::routes;
use hydration_context::SsrSharedContext;
use leptos::prelude::*;

use crate::components::{Alert, CSRF_FIELD, Impersonating, Notice, Tone, followed};

/// What the portal's shell needs to know about the page and the person.
#[derive(Clone, Debug, Default)]
pub struct Chrome {
    /// Without « — Habilis », which the document adds.
    pub title: String,
    pub user: Option<ChromeUser>,
    /// Token of the session, for the sign-out form.
    pub csrf: String,
    /// The page has an island: load the script and the WebAssembly package.
    pub islands: bool,
    pub theme: Theme,
    pub demo: bool,
    pub current: NavItem,
    /// What was just done, confirmed at the top of the page.
    pub told: Option<&'static str>,
}

#[derive(Clone, Debug, Default)]
pub struct ChromeUser {
    pub name: String,
    pub organisation: Option<String>,
    /// Messages to read in one's own requests, and in those one reviews.
    pub unread: u64,
    pub unread_in_review: u64,
    pub can_apply: bool,
    pub reviews: bool,
    pub partner: bool,
    pub administers: bool,
    /// When the impersonation of this person by an administrator ends: « 15:12 ».
    pub impersonated_until: Option<String>,
}

/// The shell of pages shown to citizens: no navigation, no account.
#[derive(Clone, Debug)]
pub struct CitizenChrome {
    pub title: String,
    /// Plain text in the header.
    pub header: String,
    /// The sentence at the foot of the page.
    pub footer: String,
    pub theme: Theme,
}

impl Default for CitizenChrome {
    fn default() -> Self {
        Self {
            title: String::new(),
            header: "FranceConnect de démonstration – Habilis".to_owned(),
            footer: "Service de connexion de démonstration, sans lien avec le service de l’État.".to_owned(),
            theme: Theme::Own,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    Own,
    /// The official stylesheet, served by a State deployment that provides it.
    Dsfr,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NavItem {
    /// A page outside the navigation.
    #[default]
    None,
    Home,
    Eligibility,
    Requests,
    Review,
    Partner,
    Administration,
}

/// A whole page of the portal, as HTML.
pub fn render_document<V: IntoView + 'static>(chrome: Chrome, body: impl FnOnce() -> V) -> String {
    document(|| {
        let Chrome { title, user, csrf, islands, theme, demo, current, told } = chrome;
        if user.as_ref().is_some_and(|user| user.impersonated_until.is_some()) {
            provide_context(Impersonating);
        }
        view! {
            <html lang="fr">
                {head(&title, theme, islands, user.is_some())}
                <body>
                    {skip_links()}
                    {demo.then(demo_banner)}
                    {impersonation_banner(user.as_ref(), &csrf)}
                    {header(user, csrf, current)}
                    <main id="contenu" class="hb-main" tabindex="-1">
                        <div class="fr-container">
                            {told.map(|title| view! { <Alert tone=Tone::Success title=title live=true /> })}
                            {body()}
                        </div>
                    </main>
                    {footer(demo)}
                </body>
            </html>
        }
    })
}

/// A page of the broker, as HTML, with the header of the demonstration realm.
pub fn render_citizen_document<V: IntoView + 'static>(title: &str, body: impl FnOnce() -> V) -> String {
    render_citizen(CitizenChrome { title: title.to_owned(), ..CitizenChrome::default() }, body)
}

pub fn render_citizen<V: IntoView + 'static>(chrome: CitizenChrome, body: impl FnOnce() -> V) -> String {
    document(|| {
        let CitizenChrome { title, header, footer, theme } = chrome;
        view! {
            <html lang="fr">
                {head(&title, theme, false, false)}
                <body class="hb-citizen">
                    <div class="fr-skiplinks">
                        <nav class="fr-container" aria-label="Accès rapide">
                            <ul class="fr-skiplinks__list">
                                <li><a class="fr-link" href="#contenu">"Contenu"</a></li>
                            </ul>
                        </nav>
                    </div>
                    <header class="hb-citizen__header">
                        <div class="fr-container"><p>{header}</p></div>
                    </header>
                    <main id="contenu" class="hb-main" tabindex="-1">
                        <div class="fr-container"><div class="hb-citizen__panel">{body()}</div></div>
                    </main>
                    <footer class="hb-citizen__footer" id="pied">
                        <div class="fr-container">
                            <p>{footer}</p>
                        </div>
                    </footer>
                </body>
            </html>
        }
    })
}

/// A view alone, for tests and partial answers.
pub fn render_fragment<V: IntoView + 'static>(view: impl FnOnce() -> V) -> String {
    in_islands_context(|| view().into_view().to_html())
}

fn document<V: IntoView + 'static>(view: impl FnOnce() -> V) -> String {
    format!("<!DOCTYPE html>{}", in_islands_context(|| view().into_view().to_html()))
}

/// Each rendering has its own reactive root, which marks islands and nothing else for the browser.
fn in_islands_context<T>(render: impl FnOnce() -> T) -> T {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let rendered = owner.with(render);
    owner.unset_with_forced_cleanup();
    rendered
}

/// `typed`: the page has forms whose texts are kept until they are sent.
fn head(title: &str, theme: Theme, islands: bool, typed: bool) -> impl IntoView + use<> {
    let stylesheets = match theme {
        Theme::Own => vec!["/assets/habilis.css"],
        Theme::Dsfr => vec!["/theme/dsfr.min.css", "/assets/complement.css"],
    };
    let stylesheets = stylesheets.into_iter().map(|href| view! { <link rel="stylesheet" href=href /> }).collect_view();
    let scripts = islands.then(|| {
        view! {
            <link rel="modulepreload" href="/pkg/habilis.js" />
            <script type="module" src="/assets/islands.js"></script>
        }
    });
    view! {
        <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta name="color-scheme" content="light dark" />
            <meta name="format-detection" content="telephone=no" />
            <title>{format!("{title} — Habilis")}</title>
            <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml" />
            {stylesheets}
            {scripts}
            {typed.then(|| view! { <script type="module" src="/assets/typed.js"></script> })}
        </head>
    }
}

fn skip_links() -> impl IntoView {
    view! {
        <div class="fr-skiplinks">
            <nav class="fr-container" aria-label="Accès rapide">
                <ul class="fr-skiplinks__list">
                    <li><a class="fr-link" href="#contenu">"Contenu"</a></li>
                    <li><a class="fr-link" href="#navigation">"Menu"</a></li>
                    <li><a class="fr-link" href="#pied">"Pied de page"</a></li>
                </ul>
            </nav>
        </div>
    }
}

fn demo_banner() -> impl IntoView {
    view! {
        <aside aria-label="Site de démonstration">
            <Notice title="Site de démonstration.">
                "Les personnes et les données sont fictives\u{a0}; les messages envoyés se lisent dans "
                <a href=routes::MAILBOX>"la boîte de démonstration"</a>
                "."
            </Notice>
        </aside>
    }
}

fn impersonation_banner(user: Option<&ChromeUser>, csrf: &str) -> Option<impl IntoView + use<>> {
    let user = user?;
    let until = user.impersonated_until.as_ref()?;
    let sentence = format!(
        "Vous voyez son espace et pouvez compléter ses brouillons jusqu’à {until}\u{a0}; tout le reste se fait en personne. Ce que vous modifiez est consigné."
    );
    let title = format!("Vous agissez à la place de {}.", user.name);
    let csrf = csrf.to_owned();
    Some(view! {
        <aside class="hb-impersonation" aria-label="Prise en main">
            <Notice title=title>{sentence}</Notice>
            <div class="fr-container">
                <form method="post" action=routes::IMPERSONATION_END>
                    <input type="hidden" name=CSRF_FIELD value=csrf />
                    <button class="fr-btn fr-btn--secondary fr-btn--sm" type="submit">"Revenir à mon compte"</button>
                </form>
            </div>
        </aside>
    })
}

fn header(user: Option<ChromeUser>, csrf: String, current: NavItem) -> impl IntoView {
    let links = navigation(user.as_ref(), current);
    view! {
        <header class="fr-header">
            <div class="fr-header__body">
                <div class="fr-container">
                    <div class="fr-header__body-row">
                        <div class="fr-header__brand">
                            <img class="hb-logo" src="/assets/logo.svg" alt="" width="44" height="44" />
                            <div class="fr-header__service">
                                <a href=routes::HOME title="Accueil — Habilis">
                                    <p class="fr-header__service-title">"Habilis"</p>
                                </a>
                                <p class="fr-header__service-tagline">
                                    "Les données des usagers, de la demande à la mise en service"
                                </p>
                            </div>
                        </div>
                        <div class="fr-header__tools">
                            {match user {
                                Some(user) => account(user, csrf).into_any(),
                                None => sign_in_links().into_any(),
                            }}
                        </div>
                    </div>
                </div>
            </div>
            <div class="fr-header__menu">
                <div class="fr-container">
                    <nav class="fr-nav" id="navigation" aria-label="Menu principal" tabindex="-1">
                        <ul class="fr-nav__list">{links}</ul>
                    </nav>
                </div>
            </div>
        </header>
    }
}

fn navigation(user: Option<&ChromeUser>, current: NavItem) -> impl IntoView + use<> {
    let shown = |right: fn(&ChromeUser) -> bool| user.is_some_and(right);
    let unread = |item: NavItem| match item {
        NavItem::Requests => user.map_or(0, |user| user.unread),
        NavItem::Review => user.map_or(0, |user| user.unread_in_review),
        _ => 0,
    };
    [
        (NavItem::Home, routes::HOME, "Accueil", true),
        (NavItem::Eligibility, routes::ELIGIBILITY, "Êtes-vous éligible\u{a0}?", true),
        (NavItem::Requests, routes::REQUESTS, "Mes demandes", shown(|user| user.can_apply)),
        (NavItem::Review, routes::REVIEW_QUEUE, "Instruction", shown(|user| user.reviews)),
        (NavItem::Partner, routes::PARTNER, "Espace partenaire", shown(|user| user.partner)),
        (NavItem::Administration, routes::ADMINISTRATION, "Administration", shown(|user| user.administers)),
    ]
    .into_iter()
    .filter(|(.., shown)| *shown)
    .map(|(item, href, label, _)| {
        let aria_current = (item == current).then_some("page");
        let unread = to_read(unread(item));
        view! {
            <li class="fr-nav__item">
                <a class="fr-nav__link" href=followed(href) aria-current=aria_current>{label}{unread}</a>
            </li>
        }
    })
    .collect_view()
}

/// A figure for the eye, a sentence for screen readers; nothing when there is nothing to read.
fn to_read(count: u64) -> Option<AnyView> {
    let figure = if count > 99 { "99+".to_owned() } else { count.to_string() };
    let words = match count {
        0 => return None,
        1 => "\u{a0}: 1 message non lu".to_owned(),
        many => format!("\u{a0}: {many} messages non lus"),
    };
    Some(view! { <span class="hb-nav-count" aria-hidden="true">{figure}</span><span class="fr-sr-only">{words}</span> }.into_any())
}

fn account(user: ChromeUser, csrf: String) -> impl IntoView {
    view! {
        <div class="hb-account">
            <p class="hb-account__who">
                <a class="hb-account__name" href=routes::MY_ACCOUNT><span class="fr-sr-only">"Mon compte\u{a0}: "</span>{user.name}</a>
                {user.organisation.map(|name| {
                    view! {
                        <a class="hb-account__organisation" href=routes::ORGANISATION>
                            <span class="fr-sr-only">"Votre organisation\u{a0}: "</span>
                            {name}
                        </a>
                    }
                })}
            </p>
            <form method="post" action=routes::SIGN_OUT>
                <input type="hidden" name=CSRF_FIELD value=csrf />
                <button class="fr-btn fr-btn--tertiary fr-btn--sm" type="submit">"Se déconnecter"</button>
            </form>
        </div>
    }
}

fn sign_in_links() -> impl IntoView {
    view! {
        <ul class="hb-account">
            <li><a class="fr-btn fr-btn--sm" href=routes::SIGN_IN>"Se connecter"</a></li>
            <li><a class="fr-btn fr-btn--tertiary fr-btn--sm" href=routes::SIGN_UP>"Créer un compte"</a></li>
        </ul>
    }
}

fn footer(demo: bool) -> impl IntoView {
    let demo_links = demo.then(|| {
        view! {
            <li class="fr-footer__content-item">
                <a class="fr-footer__content-link" href=routes::DEMO_SERVICE>"Portail famille de démonstration"</a>
            </li>
            <li class="fr-footer__content-item">
                <a class="fr-footer__content-link" href=routes::MAILBOX>"Boîte de démonstration"</a>
            </li>
        }
    });
    view! {
        <footer class="fr-footer" id="pied" tabindex="-1">
            <div class="fr-container">
                <div class="fr-footer__body">
                    <div class="fr-footer__brand">
                        <p class="hb-footer__name">"Habilis"</p>
                    </div>
                    <div class="fr-footer__content">
                        <p class="fr-footer__content-desc">
                            "Une seule démarche pour demander une habilitation, obtenir ses clés, essayer "
                            "et recevoir les données des usagers qui l’ont accepté."
                        </p>
                        <ul class="fr-footer__content-list">
                            <li class="fr-footer__content-item">
                                <a class="fr-footer__content-link" href=routes::ELIGIBILITY>
                                    "Êtes-vous éligible\u{a0}?"
                                </a>
                            </li>
                            <li class="fr-footer__content-item">
                                <a class="fr-footer__content-link" href=routes::CATALOGUE>"Les services"</a>
                            </li>
                            <li class="fr-footer__content-item">
                                <a class="fr-footer__content-link" href=routes::VERIFICATION>"Vérifier une attestation"</a>
                            </li>
                            {demo_links}
                            <li class="fr-footer__content-item">
                                <a class="fr-footer__content-link" href=routes::ACCESSIBILITY>
                                    "Accessibilité\u{a0}: non conforme"
                                </a>
                            </li>
                            <li class="fr-footer__content-item">
                                <a class="fr-footer__content-link" href=routes::LEGAL>"Mentions légales"</a>
                            </li>
                        </ul>
                    </div>
                </div>
                <div class="fr-footer__bottom">
                    <p class="fr-footer__bottom-copy">
                        "Logiciel libre sous licence MIT ou Apache-2.0. Ce site n’est pas un site de l’État."
                    </p>
                </div>
            </div>
        </footer>
    }
}
