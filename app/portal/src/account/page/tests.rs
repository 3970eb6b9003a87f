use ui::shell::render_fragment;

use super::*;
use crate::account::links::page::{LinkKind, confirm, dead_link, forgotten, invitation, reset};

fn refused() -> AccountForm {
    AccountForm {
        ended: false,
        limited: None,
        csrf: "jeton".into(),
        given_name: "Zoé <b>".into(),
        family_name: "Martin".into(),
        email: "zoe@exemple.fr".into(),
        errors: vec![("given_name", "Indiquez votre prénom.".into())],
    }
}

#[test]
fn a_refused_form_keeps_what_was_typed_and_says_what_is_wrong() {
    for html in [render_fragment(|| sign_up(&refused(), None)), render_fragment(|| confirm("abc", &refused(), 12, None))] {
        assert!(html.contains(r##"href="#given-name""##) && html.contains("zoe@exemple.fr"), "{html}");
        assert!(html.contains("Zoé &lt;b&gt;") && !html.contains("<b>"), "{html}");
    }
}

#[test]
fn the_password_is_asked_for_behind_the_link_and_its_rules_are_said() {
    assert!(!render_fragment(|| sign_up(&refused(), None)).contains("password"));
    let html = render_fragment(|| confirm("abc", &refused(), 12, None));
    assert!(html.contains("12\u{a0}caractères au moins") && html.contains("new-password"), "{html}");
}

#[test]
fn the_way_back_travels_with_the_form() {
    let html = render_fragment(|| sign_in(&AccountForm::default(), Some("/demandes?page=2&tri=\"date\"")));
    assert!(html.contains(r#"name="suite" value="/demandes?page=2&amp;tri=&quot;date&quot;""#), "{html}");
    assert!(!render_fragment(|| sign_in(&AccountForm::default(), None)).contains("suite"));
}

#[test]
fn an_invitation_asks_a_known_person_for_the_password_only() {
    let form = AccountForm { email: "tech@exemple.fr".into(), ..AccountForm::default() };
    let newcomer = render_fragment(|| invitation("abc", &form, ("COMMUNE DE CLAMART", "Portail famille"), false, 12));
    assert!(newcomer.contains("given_name") && newcomer.contains("new-password"), "{newcomer}");
    let known = render_fragment(|| invitation("abc", &form, ("COMMUNE DE CLAMART", "Portail famille"), true, 12));
    assert!(!known.contains("given_name") && known.contains("current-password"), "{known}");
    assert!(known.contains("tech@exemple.fr") && known.contains(r#"action="/invitation/abc""#), "{known}");
}

#[test]
fn each_page_has_one_heading() {
    let form = refused();
    for html in [
        render_fragment(|| sign_in(&form, None)),
        render_fragment(|| sign_up(&form, None)),
        render_fragment(|| forgotten(&form)),
        render_fragment(|| reset("abc", &form, 12)),
        render_fragment(|| confirm("abc", &form, 12, None)),
        render_fragment(|| check_mailbox(Mailed::SignUp, true)),
        render_fragment(|| dead_link(LinkKind::Reset)),
    ] {
        assert_eq!(html.matches("<h1").count(), 1, "{html}");
    }
}
